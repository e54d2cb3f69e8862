"""One request of CloudFormation for one resource, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bedrock_batch.run.identity import ResourceIdentity

URL_SECONDS = 7200.0
TOO_LONG = "Response object is too long"


@dataclass(frozen=True)
class Put:
    """An answer as it arrived in the response bucket, and how things were at that moment."""

    status: str
    physical_id: str
    size: int
    text: str
    at: float
    stack_state: tuple[str, float]


@dataclass
class Request:
    """A request as CloudFormation keeps it: the first answer while it is open decides, all later ones are ignored.

    `purpose` is `forward`, `rollback` or `delete`; only the first may cost money. `deliveries` are the times that
    Lambda took it on, `lost` those of them that ended without the function having had its way. `disturbed` is a
    request of which a call was made to fail, `unread` one that was kept from reading Bedrock, `blind` one that was kept
    from reading the stack. `began_at` is when the operation of the stack began in which it started a job.
    """

    event: Mapping[str, Any]
    purpose: str
    expires_at: float
    status: str | None = None
    physical_id: str = ""
    reason: str = ""
    puts: list[Put] = field(default_factory=list)
    deliveries: int = 0
    lost: int = 0
    disturbed: bool = False
    unread: bool = False
    blind: bool = False
    expired: bool = False
    same_url: bool = False
    in_rollback: bool = False
    started: list[str] = field(default_factory=list)
    began_at: float = 0.0

    @property
    def issued_at(self) -> float:
        """When it was signed."""
        return self.expires_at - URL_SECONDS

    @property
    def closed(self) -> bool:
        """Whether CloudFormation does not listen any more."""
        return self.status is not None

    @property
    def failed(self) -> bool:
        """Whether it ended other than well."""
        return self.status in ("FAILED", "TIMED_OUT")

    @property
    def properties(self) -> Mapping[str, Any]:
        """ResourceProperties."""
        properties: Mapping[str, Any] = self.event["ResourceProperties"]
        return properties

    @property
    def hides_attempt(self) -> bool:
        """Whether it is a rollback that does not show what is rolled back."""
        return self.properties == self.event.get("OldResourceProperties")

    @property
    def resource(self) -> ResourceIdentity:
        """Whom it is about."""
        return ResourceIdentity(self.event["StackId"], self.event["LogicalResourceId"])

    def give_up(self, status: str) -> None:
        """Stop listening: `TIMED_OUT` or `CANCELLED`."""
        if not self.closed:
            self.status = status

    def answer(self, body: bytes, answer: Mapping[str, Any], at: float, stack_state: tuple[str, float]) -> None:
        """Take an answer, or ignore it."""
        text = body.decode()
        self.puts.append(Put(answer["Status"], answer["PhysicalResourceId"], len(body), text, at, stack_state))
        if self.closed:
            return
        if len(body) > 4096:
            self.status, self.reason = "FAILED", TOO_LONG
        elif not answer["PhysicalResourceId"]:
            self.status, self.reason = "FAILED", "Invalid PhysicalResourceId"
        else:
            self.status, self.physical_id = answer["Status"], answer["PhysicalResourceId"]
            self.reason = answer.get("Reason", "")

    def __str__(self) -> str:
        return f"{self.event['RequestType']} {self.event['RequestId']}"
