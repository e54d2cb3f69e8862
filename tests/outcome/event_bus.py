"""Amazon EventBridge's PutEvents, answered as boto3 answers it, with the limits that the service enforces."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.validate import ParamValidator

from bedrock_batch_local.engine.api_model import operation
from bedrock_batch_local.engine.client import answered
from bedrock_batch_local.engine.errors import BatchApiError
from bedrock_batch_local.engine.faults import Faults

_PUT = "PutEvents"
# Amazon EventBridge User Guide, "Calculating PutEvents event entry size".
MOST_BYTES = 256 * 1024


@dataclass
class EventBus:
    """The default bus. `refusals` are error codes of the next entries; `events` what was accepted, with its detail."""

    faults: Faults
    wait: Callable[[float], None]
    refusals: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    calls: int = 0

    def put_events(self, **arguments: Any) -> dict[str, Any]:
        """boto3's method."""
        self.calls += 1
        report = ParamValidator().validate(arguments, operation(_PUT).input_shape)
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())
        return answered(_PUT, lambda: self._through(arguments["Entries"]))

    def details(self) -> list[dict[str, Any]]:
        """The details of all accepted events."""
        return [event["detail"] for event in self.events]

    def _through(self, entries: list[Mapping[str, Any]]) -> dict[str, Any]:
        self.faults.strike(_PUT, "before", self.wait)
        if sum(map(size_of, entries)) > MOST_BYTES:
            raise BatchApiError("ValidationException", "Total size of the entries in the request is over the limit.")
        results = [self._accept(entry) for entry in entries]
        self.faults.strike(_PUT, "after", self.wait)
        return {"FailedEntryCount": sum("ErrorCode" in result for result in results), "Entries": results}

    def _accept(self, entry: Mapping[str, Any]) -> dict[str, str]:
        if self.refusals:
            return {"ErrorCode": self.refusals.pop(0), "ErrorMessage": "refused"}
        if entry["Source"].startswith("aws."):
            return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}
        try:
            detail = json.loads(entry["Detail"], parse_constant=_refuse)
            entry["Detail"].encode()
        except ValueError:
            detail = None
        if not isinstance(detail, dict):
            return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
        self.events.append({**entry, "detail": detail})
        return {"EventId": str(uuid.uuid4())}


def size_of(entry: Mapping[str, Any]) -> int:
    """The bytes that count."""
    texts = (entry["Source"], entry["DetailType"], entry["Detail"], *entry.get("Resources", []))
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)


def _refuse(constant: str) -> float:
    raise ValueError(constant)
