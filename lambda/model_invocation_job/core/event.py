"""The event that CloudFormation sends, parsed once, at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, urlsplit

from model_invocation_job.core.errors import MalformedEventError

# CloudFormation signs ResponseURL for two hours. An older kind of signature contains only the end of that time.
_URL_LIFETIME = timedelta(hours=2)


class RequestType(StrEnum):
    """CloudFormation's request types."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"


@dataclass(frozen=True)
class ResourceEvent:
    """One request of CloudFormation for one custom resource.

    `properties` and `old_properties` are as received: every scalar in them is a string. `issued_at` is when
    CloudFormation signed the request, `None` if the URL does not say.
    """

    request_type: RequestType
    request_id: str
    stack_id: str
    logical_id: str
    physical_id: str
    properties: Mapping[str, Any]
    old_properties: Mapping[str, Any]
    response_url: str = field(repr=False)
    issued_at: datetime | None

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> "ResourceEvent":
        """Parse an event.

        :raises MalformedEventError: a member is missing or has the wrong type. The text names it and contains no value.
        """
        request_type = _text(raw, "RequestType")
        if request_type not in set(RequestType):
            raise MalformedEventError("RequestType is none of Create, Update and Delete")
        response_url = _text(raw, "ResponseURL")
        return cls(
            request_type=RequestType(request_type),
            request_id=_text(raw, "RequestId"),
            stack_id=_text(raw, "StackId"),
            logical_id=_text(raw, "LogicalResourceId"),
            # CloudFormation sends no physical id with a Create, and may send an empty one with a Delete.
            physical_id=str(raw.get("PhysicalResourceId") or ""),
            properties=_mapping(raw, "ResourceProperties"),
            old_properties=_mapping(raw, "OldResourceProperties"),
            response_url=response_url,
            issued_at=_issued_at(response_url),
        )

    def age(self, now: datetime) -> timedelta | None:
        """The time since CloudFormation issued this request, `None` if it is not known."""
        return None if self.issued_at is None else now - self.issued_at


def _text(raw: Mapping[str, Any], member: str) -> str:
    value = raw.get(member)
    if not isinstance(value, str) or not value:
        raise MalformedEventError(f"{member} is missing")
    return value


def _mapping(raw: Mapping[str, Any], member: str) -> Mapping[str, Any]:
    value = raw.get(member) or {}
    if not isinstance(value, Mapping):
        raise MalformedEventError(f"{member} is not an object")
    return value


def _issued_at(response_url: str) -> datetime | None:
    try:
        query = {name.lower(): values[0] for name, values in parse_qs(urlsplit(response_url).query).items()}
        if "x-amz-date" in query:
            return datetime.strptime(query["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if "expires" in query:
            return datetime.fromtimestamp(int(query["expires"]), UTC) - _URL_LIFETIME
    except (ValueError, OverflowError, OSError):
        return None
    return None
