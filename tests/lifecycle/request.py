"""One request of CloudFormation for one resource, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TOO_LONG = "Response object is too long"


@dataclass(frozen=True)
class Put:
    """An answer as it arrived in the response bucket."""

    status: str
    physical_id: str
    size: int
    text: str
    stack_status: str


@dataclass
class Request:
    """A request as CloudFormation keeps it: the first answer while it is open decides, all later ones are ignored.

    `purpose` is `forward`, `rollback` or `delete`; only the first may cost money.
    """

    event: Mapping[str, Any]
    purpose: str
    expires_at: float
    status: str | None = None
    physical_id: str = ""
    reason: str = ""
    puts: list[Put] = field(default_factory=list)
    killed: int = 0
    disturbed: bool = False
    expired: bool = False
    same_url: bool = False
    started: list[str] = field(default_factory=list)

    @property
    def closed(self) -> bool:
        """Whether CloudFormation does not listen any more."""
        return self.status is not None

    @property
    def failed(self) -> bool:
        """Whether it ended other than well."""
        return self.status in ("FAILED", "TIMED_OUT")

    def give_up(self, status: str) -> None:
        """Stop listening: `TIMED_OUT` or `CANCELLED`."""
        if not self.closed:
            self.status = status

    def answer(self, body: bytes, answer: Mapping[str, Any], stack_status: str) -> None:
        """Take an answer, or ignore it."""
        text = body.decode()
        self.puts.append(Put(answer["Status"], answer["PhysicalResourceId"], len(body), text, stack_status))
        if self.closed:
            return
        if len(body) > 4096:
            self.status, self.reason = "FAILED", TOO_LONG
        elif not answer["PhysicalResourceId"]:
            self.status, self.reason = "FAILED", "Invalid PhysicalResourceId"
        else:
            self.status, self.physical_id = answer["Status"], answer["PhysicalResourceId"]
            self.reason = answer.get("Reason", "")
