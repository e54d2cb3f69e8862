"""Application inference profiles of an account and Region."""

from __future__ import annotations

from ministack.core.responses import request_scope
from ministack.services import bedrock


def source_of(profile_id: str, account: str, region: str) -> str | None:
    """The ARN of the model or system profile that a profile is a copy of. ``None`` if the profile does not exist."""
    with request_scope(account, region):
        profile = bedrock._inference_profiles_apps.get(profile_id)
    return None if profile is None else str(profile["Models"][0]["ModelArn"])
