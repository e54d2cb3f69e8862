"""Finding things in templates."""

import json
from collections.abc import Mapping
from typing import Any


def is_service_role(role: Mapping[str, Any]) -> bool:
    """Whether a role is one that Amazon Bedrock takes on."""
    return "bedrock.amazonaws.com" in json.dumps(role["Properties"]["AssumeRolePolicyDocument"])
