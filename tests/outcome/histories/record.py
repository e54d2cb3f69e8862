"""What each invocation of the function did, as far as the invariants speak of it."""

from dataclasses import dataclass, field
from typing import Any

from outcome.world import job_id


@dataclass
class Telling:
    """One event on the bus. `read_at` is when its invocation last read the marker, `None` if that was refused."""

    job_id: str
    at: float
    by_look: bool
    detail: dict[str, Any]
    read_at: float | None
    claimed: bool
    marked_at: float | None = None


@dataclass
class Run:
    """One invocation. `reads` and `claims` are of the job that it works at, by the job's id.

    `has_read_broken`: it has read a run file that cannot be read.
    """

    is_look: bool
    reads: dict[str, float | None] = field(default_factory=dict)
    claims: set[str] = field(default_factory=set)
    tellings: list[Telling] = field(default_factory=list)
    has_read_broken: bool = False


@dataclass
class Record:
    """All tellings of a history. `hidden` counts the invocations that read a broken run file, and were no error."""

    tellings: list[Telling] = field(default_factory=list)
    hidden: int = 0

    def told(self, run: Run, now: float, detail: dict[str, Any]) -> None:
        """The bus has accepted an event."""
        told = job_id(detail["jobArn"])
        telling = Telling(told, now, run.is_look, detail, run.reads.get(told), told in run.claims)
        run.tellings.append(telling)
        self.tellings.append(telling)

    @staticmethod
    def marked(run: Run, marked: str, now: float, marker: dict[str, Any]) -> None:
        """A marker of a job was written."""
        if "event" in marker.get("pending", []):
            run.claims.add(marked)
            return
        for telling in run.tellings:
            if telling.job_id == marked:
                telling.marked_at = now
