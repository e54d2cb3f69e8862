"""``ResponseURL`` of custom resources: which ones are open, and when CloudFormation has signed them, as on AWS."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ministack.services.cloudformation import custom_resource

# For which a request of AWS's CloudFormation is signed.
_LIFETIME_SECONDS = 7200
_ADDRESS = re.compile(r"/_ministack/cfn-response/(?P<token>[0-9a-f-]{36})")

_response_url = custom_resource._response_url


def install() -> None:
    """Let MiniStack's addresses tell it, too, once per process."""
    custom_resource._response_url = _dated


def is_awaited(path: str) -> bool:
    """Whether a path is the response address of a custom resource that has not answered yet."""
    address = _ADDRESS.fullmatch(path)
    return address is not None and address["token"] in custom_resource._pending


def _dated(token: str) -> str:
    return f"{_response_url(token)}?X-Amz-Date={datetime.now(UTC):%Y%m%dT%H%M%SZ}&X-Amz-Expires={_LIFETIME_SECONDS}"
