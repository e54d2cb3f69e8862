"""``ResponseURL`` of custom resources, which tells on AWS when CloudFormation has signed it."""

from __future__ import annotations

from datetime import UTC, datetime

from ministack.services.cloudformation import custom_resource

# For which a request of AWS's CloudFormation is signed.
_LIFETIME_SECONDS = 7200

_response_url = custom_resource._response_url


def install() -> None:
    """Let MiniStack's addresses tell it, too, once per process."""
    custom_resource._response_url = _dated


def _dated(token: str) -> str:
    return f"{_response_url(token)}?X-Amz-Date={datetime.now(UTC):%Y%m%dT%H%M%SZ}&X-Amz-Expires={_LIFETIME_SECONDS}"
