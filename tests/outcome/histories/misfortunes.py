"""What goes wrong with a call: once, or for a while."""

from dataclasses import dataclass
from random import Random

from botocore.exceptions import ReadTimeoutError

from bedrock_batch_local.engine.client import client_error
from bedrock_batch_local.engine.errors import BatchApiError
from lifecycle.simulation import KilledError

CALLS = (
    "get_model_invocation_job",
    "list_model_invocation_jobs",
    "get_object",
    "list_objects_v2",
    "put_object",
    "put_metric_data",
    "put_events",
)
_KINDS = ("killed", "hangs", "ThrottlingException", "SlowDown", "InternalFailure", "AccessDenied")
HANG_SECONDS = 50.0


@dataclass(frozen=True)
class Outage:
    """All calls of one operation fail for a while."""

    call: str
    kind: str
    begin: float
    end: float


class Misfortunes:
    """Draws them. From `until` on nothing goes wrong any more."""

    def __init__(self, chance: Random, begin: float, until: float) -> None:
        self.occurred: list[str] = []
        self._chance = chance
        self._until = until
        self._rate = chance.choice([0.0, 0.02, 0.05, 0.15])
        self._outages = [self._outage(begin) for _ in range(chance.choice([0, 0, 1, 2]))]

    def at(self, call: str, now: float) -> tuple[str, str] | None:
        """The kind, and whether it comes before or after the effect of a call; `None` if the call succeeds."""
        if now >= self._until:
            return None
        for outage in self._outages:
            if outage.call == call and outage.begin <= now < outage.end:
                return self._told(call, outage.kind, "before")
        if self._chance.random() < self._rate:
            return self._told(call, self._chance.choice(_KINDS), self._chance.choice(["before", "after"]))
        return None

    def refuses_entry(self, now: float) -> bool:
        """Whether the bus refuses an entry with HTTP status 200."""
        if now >= self._until or self._chance.random() >= self._rate:
            return False
        self.occurred.append("entry refused")
        return True

    def _told(self, call: str, kind: str, when: str) -> tuple[str, str]:
        self.occurred.append(f"{kind} {when}")
        if kind == "killed":
            self.occurred.append(f"killed {when} {call}")
        return kind, when

    def _outage(self, begin: float) -> Outage:
        start = begin + self._chance.uniform(0, 7200)
        kind = self._chance.choice([kind for kind in _KINDS if kind != "killed"])
        return Outage(self._chance.choice(CALLS), kind, start, start + self._chance.choice([120, 1200, 5400]))


def error_of(kind: str, call: str) -> BaseException:
    """What the caller meets."""
    if kind == "killed":
        return KilledError()
    error: BaseException = ReadTimeoutError(endpoint_url="x")
    if kind != "hangs":
        error = client_error("".join(part.title() for part in call.split("_")), BatchApiError(kind, "injected"))
    return error
