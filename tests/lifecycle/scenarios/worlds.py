"""Whole histories in worlds with quirks: stacks of the model of CloudFormation, with all their deliveries."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.faults import Fault
from bedrock_batch_local.engine.job import Job
from handler.world import properties
from lifecycle.invariants import check
from lifecycle.misfortunes import Misfortunes
from lifecycle.plan import Plan
from lifecycle.quirks import Quirks
from lifecycle.stack import Stack
from lifecycle.universe import Universe

LAGS = (0.0, 5.0, 45.0, 120.0)


def declared(run: str, **options: Any) -> dict[str, Any]:
    """The properties of a resource that declares a run."""
    return properties(RunId=run, ServiceTimeout="960", **options)


class History:
    """One account with one stack, told step by step; `end` checks every invariant."""

    def __init__(self, quirks: Quirks) -> None:
        self.universe = Universe(quirks)
        self.misfortunes = Misfortunes(self.universe)
        self.stack = Stack(self.universe, 1)
        self.stacks = [self.stack]

    def deploy(self, run: str, plan: Plan | None = None, **options: Any) -> None:
        """Deploy the stack with one job."""
        self.stack.deploy({"Job": declared(run, **options)}, plan or Plan())

    def delete(self) -> None:
        """Delete the stack."""
        self.stack.delete(Plan())

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        """Let something happen later."""
        self.universe.agenda.after(seconds, action)  # type: ignore[arg-type] # what it returns is not looked at

    def out(self, operation: str, error: str, seconds: float) -> None:
        """For so many seconds from now, calls of an operation are answered with an error."""
        self.misfortunes.service_is_out(operation, error, seconds)

    def denied(self, action: str, seconds: float) -> None:
        """For so many seconds from now, a right is missing."""
        self.misfortunes.right_comes_late(action, seconds)

    def hangs(self, operation: str, seconds: float, times: int = 1) -> None:
        """The next calls of an operation take so many seconds before they have their effect."""
        self.universe.faults.add(operation, Fault(delay_seconds=seconds, times=times))

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.universe.agenda.run(seconds=seconds)

    def job(self, number: int) -> Job:
        """The job that was started as the n-th, from 1."""
        return list(self.universe.record.jobs.values())[number - 1]

    def kill(self, number: int) -> None:
        """Let a job fail by itself."""
        self.universe.engine.end(self.job(number), JobStatus.FAILED)

    def calls(self, operation: str) -> int:
        """How often the handler has called an operation."""
        return sum(attempt.calls.count(operation) for attempt in self.universe.lambda_service.attempts.values())

    def live(self) -> list[int]:
        """The numbers of the jobs that run and cost money, when nothing is to happen any more."""
        self.universe.agenda.run()
        live = self.universe.record.live()
        return [number for number, arn in enumerate(self.universe.record.jobs, start=1) if arn in live]

    @property
    def started(self) -> int:
        """How many jobs were paid for."""
        return len(self.universe.record.jobs)

    def check(self) -> None:
        """Let everything happen that is to happen, and check every invariant."""
        self.misfortunes.end()
        self.universe.agenda.run()
        check(self.universe, self.stacks)


@contextmanager
def history(**quirks: Any) -> Iterator[History]:
    """A history in a world with quirks; its end checks the invariants."""
    told = History(Quirks(**quirks))
    with told.universe.around_handler():
        yield told
        told.check()
