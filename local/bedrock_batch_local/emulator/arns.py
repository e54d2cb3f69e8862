"""Parts of ARNs that IAM decisions depend on: accounts, buckets, roles of sessions."""

from __future__ import annotations

import re

_WHOLE_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?")
_SESSION = re.compile(r"arn:aws[a-z-]*:sts::(\d{12}):assumed-role/([^/]+)/.+")


def account_of(arn: str) -> str:
    """The account field of an ARN, empty where there is none."""
    return _field(arn, 4)


def region_of(arn: str) -> str:
    """The Region field of an ARN, empty where there is none."""
    return _field(arn, 3)


def bucket_of(resource_arn: str) -> str | None:
    """The bucket of an S3 ARN. ``None`` for any other ARN."""
    prefix, _, resource = resource_arn.partition(":s3:::")
    return resource.partition("/")[0] if resource and prefix.startswith("arn:") else None


def role_of_session(caller_arn: str) -> tuple[str, str]:
    """Account and name of the role of a session. Two empty texts if it is not a role's session."""
    found = _SESSION.fullmatch(caller_arn)
    return (found[1], found[2]) if found else ("", "")


def whole_account(principal: str) -> str | None:
    """The account, if a policy's principal is a whole account: its number, or its root."""
    found = _WHOLE_ACCOUNT.fullmatch(principal)
    return found[1] if found else None


def _field(arn: str, position: int) -> str:
    parts = arn.split(":", 5)
    return parts[position] if len(parts) > 5 else ""
