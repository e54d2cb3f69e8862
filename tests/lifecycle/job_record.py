"""What happened to jobs, and at whose request: started, stopped, paid for twice."""

from collections.abc import Callable
from dataclasses import dataclass

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.job import Job
from lifecycle.request import Request

LIVE = frozenset({JobStatus.SUBMITTED, JobStatus.VALIDATING, JobStatus.SCHEDULED, JobStatus.IN_PROGRESS})
_USEFUL = LIVE | {JobStatus.COMPLETED}


@dataclass(frozen=True)
class Stop:
    """A stop that took effect."""

    job_arn: str
    request: Request
    at: float


class JobRecord:
    """Listens to the batch service.

    `current` tells which request the caller is at work for, if any, `began_at` when the operation of its stack began.
    """

    def __init__(
        self,
        engine: BatchEngine,
        retention_seconds: float | None,
        current: Callable[[], Request | None],
        began_at: Callable[[Request], float],
    ) -> None:
        self._engine = engine
        self._retention = float("inf") if retention_seconds is None else retention_seconds
        self._current = current
        self._began_at = began_at
        self.jobs: dict[str, Job] = {}
        self.stops: list[Stop] = []
        self.double_bills: list[str] = []
        engine.on_change(self._note)

    @property
    def stopped_by_us(self) -> set[str]:
        """The jobs that the handler has stopped."""
        return {stop.job_arn for stop in self.stops}

    def live(self) -> set[str]:
        """The jobs that run and cost money."""
        self._engine.tick()
        return {arn for arn, job in self.jobs.items() if job.status in LIVE}

    def _note(self, job: Job) -> None:
        request = self._current()
        if job.status is JobStatus.SUBMITTED:
            self._note_start(job, request)
        elif job.status is JobStatus.STOPPING and request is not None:
            self.stops.append(Stop(job.arn, request, self._engine.clock.now()))

    def _note_start(self, job: Job, request: Request | None) -> None:
        if request is not None:
            request.started.append(job.arn)
            request.began_at = self._began_at(request)
        run = job.name.rpartition("-")[0]
        same = [other for other in self.jobs.values() if other.name.rpartition("-")[0] == run and self._known(other)]
        self.double_bills += [f"{job.arn} beside {other.arn}" for other in same if other.status in _USEFUL]
        self.jobs[job.arn] = job

    def _known(self, job: Job) -> bool:
        """Whether the service has not forgotten it; nobody can find what it has."""
        return job.ended_at is None or self._engine.clock.now() - job.ended_at <= self._retention
