"""The responses of StopModelInvocationJob, for each job call by call."""

from __future__ import annotations

from collections import Counter

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine import errors
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.quirks import Quirks


class Stops:
    """The stops of all jobs. With some quirks, the first ones for a running job are refused or have no effect."""

    def __init__(self, quirks: Quirks) -> None:
        self._ended_error = quirks.ended_stop_error
        self._conflicts = quirks.running_stop_conflicts
        self._ineffective = quirks.ineffective_stops
        self._calls: Counter[str] = Counter()

    def accept(self, job: Job) -> bool:
        """Count one call. Returns whether it stops the job. Raises ``BatchApiError`` for a refused call."""
        if not job.live or job.status is JobStatus.STOPPING:
            raise errors.BatchApiError(self._ended_error, _message(job))
        self._calls[job.arn] += 1
        if self._calls[job.arn] <= self._conflicts:
            raise errors.conflict(_message(job))
        return self._calls[job.arn] > self._conflicts + self._ineffective


def _message(job: Job) -> str:
    return f"The job can not be stopped. Job ARN: {job.arn}. State was: {job.status}"
