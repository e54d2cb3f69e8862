"""What CloudFormation is told, in at most 4096 bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from model_invocation_job.event import ResourceEvent
from model_invocation_job.log import without_secrets

# CloudFormation User Guide, "Custom resource response objects": beyond it the request fails and the reason is lost.
MAX_ANSWER_BYTES = 4096


class Status(StrEnum):
    """CloudFormation's words for the outcome of a request."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Answer:
    """The outcome of one request.

    `reason` says what happened, what is still running and the next step; CloudFormation shows it in the stack's events.
    `data` are the resource's attributes, the same for every answer about the same job.
    """

    status: Status
    physical_id: str
    reason: str = ""
    data: Mapping[str, str] = field(default_factory=dict)

    def encode(self, event: ResourceEvent) -> bytes:
        """The body of the PUT. The reason is trimmed to fit, the id never."""
        reason = without_secrets(self.reason.replace(event.response_url, "<removed>"))
        body = self._body(event, reason)
        while len(body) > MAX_ANSWER_BYTES and reason:
            excess = len(body) - MAX_ANSWER_BYTES
            # JSON spells a character with six bytes at most, so this never cuts more than it must.
            reason = reason[: len(reason) - excess // 6 - 1]
            body = self._body(event, f"{reason}…" if reason else "")
        return body

    def _body(self, event: ResourceEvent, reason: str) -> bytes:
        body = {
            "Status": self.status.value,
            "PhysicalResourceId": self.physical_id,
            "StackId": event.stack_id,
            "RequestId": event.request_id,
            "LogicalResourceId": event.logical_id,
            "Data": dict(self.data),
        }
        if reason or self.status is Status.FAILED:
            body["Reason"] = reason or "see the handler's log"
        # Escaping other alphabets would cost up to six bytes a character.
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
