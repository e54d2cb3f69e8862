"""The response to CloudFormation, in at most 4096 bytes."""

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bedrock_batch.run.identity import ResourceIdentity
from bedrock_batch.run.physical_id import not_started
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.core.limits import MAX_ANSWER_BYTES
from model_invocation_job.core.secrets import without_secrets


class Status(StrEnum):
    """The outcome of a request, in CloudFormation's words."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Answer:
    """The outcome of one request.

    `reason` says what happened, what is still running and the next step. CloudFormation shows it in the stack's events.
    `data` are the resource's attributes. They are the same in every response about the same job.
    """

    status: Status
    physical_id: str
    reason: str = ""
    data: Mapping[str, str] = field(default_factory=dict)

    def encode(self, event: ResourceEvent) -> bytes:
        """The body of the PUT. The reason is cut to fit, the id never."""
        reason = without_secrets(self.reason.replace(event.response_url, "<removed>"))
        body = self._body(event, reason)
        if len(body) <= MAX_ANSWER_BYTES:
            return body
        # A longer reason makes a longer body. So a binary search finds the longest reason that fits.
        length = bisect_right(
            range(1, len(reason)), MAX_ANSWER_BYTES, key=lambda length: len(self._body(event, f"{reason[:length]}…"))
        )
        return self._body(event, f"{reason[:length]}…" if length else "")

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
        # Escaped, a character of another alphabet would take up to six bytes.
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def answered_id(event: ResourceEvent) -> str:
    """The physical id of a response without a job. It is never empty, since CloudFormation refuses an empty id."""
    return event.physical_id or not_started(ResourceIdentity(event.stack_id, event.logical_id))
