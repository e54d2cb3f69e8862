"""Finding things in templates."""

import json
from collections.abc import Mapping
from typing import Any


def is_service_role(role: Mapping[str, Any]) -> bool:
    """Whether a role is one that Amazon Bedrock assumes."""
    return "bedrock.amazonaws.com" in json.dumps(role["Properties"]["AssumeRolePolicyDocument"])


def as_text(value: Any) -> Any:  # noqa: PLR0911 - one return for each form
    """A value with `${LogicalId.Arn}` and the like in place of CloudFormation's functions, however CDK wrote them."""
    match value:
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            return delimiter.join(str(as_text(part)) for part in parts)
        case {"Fn::Sub": str(text)}:
            return text
        case {"Fn::GetAtt": [str(resource), str(attribute)]}:
            return f"${{{resource}.{attribute}}}"
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case dict():
            return {name: as_text(item) for name, item in value.items()}
        case list():
            return [as_text(item) for item in value]
        case _:
            return value
