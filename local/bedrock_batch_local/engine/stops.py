"""What StopModelInvocationJob answers, call by call for each job."""

from __future__ import annotations

from collections import Counter

from bedrock_batch_local.engine import errors
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.quirks import Quirks
from bedrock_batch_local.engine.statuses import JobStatus


class Stops:
    """The stops of all jobs. By the quirks, the first ones for a job that runs are refused or change nothing."""

    def __init__(self, quirks: Quirks) -> None:
        self._ended_error = quirks.ended_stop_error
        self._conflicts = quirks.running_stop_conflicts
        self._ineffective = quirks.ineffective_stops
        self._calls: Counter[str] = Counter()

    def accept(self, job: Job) -> bool:
        """Take one call: whether the job stops by it. Raises ``BatchApiError`` for a call that is refused."""
        if not job.live or job.status is JobStatus.STOPPING:
            raise errors.BatchApiError(self._ended_error, _message(job))
        self._calls[job.arn] += 1
        if self._calls[job.arn] <= self._conflicts:
            raise errors.conflict(_message(job))
        return self._calls[job.arn] > self._conflicts + self._ineffective


def _message(job: Job) -> str:
    return f"The job can not be stopped. Job ARN: {job.arn}. State was: {job.status}"
