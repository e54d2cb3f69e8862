"""``ResponseURL`` of custom resources: which are open, and when CloudFormation signed them, as on AWS."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ministack.services.cloudformation import custom_resource

# How long the signature of AWS's CloudFormation is valid.
_LIFETIME_SECONDS = 7200
_ADDRESS = re.compile(r"/_ministack/cfn-response/(?P<token>[0-9a-f-]{36})")

_response_url = custom_resource._response_url


def install() -> None:
    """Add the time of signing to MiniStack's addresses, once per process."""
    custom_resource._response_url = _dated


def is_awaited(path: str) -> bool:
    """Whether a path is the response address of a custom resource that has not responded yet."""
    address = _ADDRESS.fullmatch(path)
    return address is not None and address["token"] in custom_resource._pending


def _dated(token: str) -> str:
    return f"{_response_url(token)}?X-Amz-Date={datetime.now(UTC):%Y%m%dT%H%M%SZ}&X-Amz-Expires={_LIFETIME_SECONDS}"
