"""The state machine of a job: which status comes next, when, and with what message. No I/O, no time of its own."""

from __future__ import annotations

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.change import Change, Wait
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.pacing import Pacing
from bedrock_batch_local.engine.work_answers import Progress
from bedrock_batch_local.engine.workload import Workload


class Lifecycle:
    """Decides the next transition of a job from the clock, the pacing and the workload's progress.

    It never changes a job: ``change.apply`` does.

    A transition happens at its planned time, even if nobody looks at the job until later. It is put off only if the
    work takes longer than planned: then it happens when the work finishes.
    """

    def __init__(self, pacing: Pacing, workload: Workload) -> None:
        self._pacing = pacing
        self._workload = workload

    def next_change(self, job: Job, now: float) -> Change | Wait:
        """The next transition of ``job`` if it is due at ``now``. Otherwise what is known of it up to now."""
        if job.status is JobStatus.SUBMITTED:
            return _due(Change(JobStatus.VALIDATING, self.due(job)), now)
        if job.status is JobStatus.VALIDATING:
            return self._after_validating(job, now)
        if job.status is JobStatus.SCHEDULED:
            return self._after_scheduled(job, now)
        if job.status is JobStatus.IN_PROGRESS:
            return self._after_in_progress(job, now)
        if job.status is JobStatus.STOPPING:
            return self._after_stopping(job, now)
        return Wait()

    def due(self, job: Job) -> float:
        """The planned moment of the next transition of a live job."""
        pacing = self._pacing
        planned = job.entered_at + {
            JobStatus.SUBMITTED: pacing.submitted,
            JobStatus.VALIDATING: pacing.validating,
            JobStatus.SCHEDULED: pacing.scheduled,
            JobStatus.IN_PROGRESS: pacing.processing(job.total),
            JobStatus.STOPPING: pacing.stopping,
        }.get(job.status, float("inf"))
        if job.status in (JobStatus.SCHEDULED, JobStatus.IN_PROGRESS):
            return min(planned, job.deadline)
        return planned

    def counted(self, job: Job, now: float) -> Progress:
        """The progress of an InProgress job, as the counters show it."""
        planned = self._pacing.counted(job.total, now - job.entered_at)
        return self._workload.progress(job, planned)

    def processed(self, job: Job, now: float) -> Progress:
        """The progress of an InProgress job without the lag of the counters."""
        return self._workload.progress(job, self._pacing.processed(job.total, now - job.entered_at))

    def _after_validating(self, job: Job, now: float) -> Change | Wait:
        validation = self._workload.validate(job)
        if validation is None:
            return _unanswered(now, self.due(job))
        at = now if job.late else self.due(job)
        status = JobStatus.FAILED if validation.failure else JobStatus.SCHEDULED
        return _due(Change(status, at, validation.failure, total=validation.records), now)

    def _after_scheduled(self, job: Job, now: float) -> Change | Wait:
        at = self.due(job)
        return _due(Change(JobStatus.EXPIRED if at >= job.deadline else JobStatus.IN_PROGRESS, at), now)

    def _after_in_progress(self, job: Job, now: float) -> Change | Wait:
        outcome = self._workload.run(job)
        due = self.due(job)
        in_time = job.entered_at + self._pacing.processing(job.total) <= job.deadline
        if now < due:
            return Wait()
        if outcome is None and in_time:
            return _unanswered(now, due)
        if outcome is not None and outcome.failure:
            return Change(JobStatus.FAILED, now if job.late else due, outcome.failure)
        status = JobStatus.COMPLETED if in_time else JobStatus.PARTIALLY_COMPLETED
        records = job.total if in_time else self.processed(job, due).processed
        return self._deliver(job, now, due, status, records)

    def _after_stopping(self, job: Job, now: float) -> Change | Wait:
        due = self.due(job)
        if now < due:
            return Wait()
        if job.running_since is None:
            return Change(JobStatus.STOPPED, due)
        if job.running_since + self._pacing.processing(job.total) <= due:
            # The last records were processed before the stop took effect: such a job ends as if it had not been
            # stopped.
            return self._deliver(job, now, due, JobStatus.COMPLETED, job.total)
        return self._deliver(job, now, due, JobStatus.STOPPED, job.progress.processed)

    def _deliver(self, job: Job, now: float, due: float, status: JobStatus, records: int) -> Change | Wait:
        delivery = self._workload.deliver(job, records)
        if delivery is None:
            return _unanswered(now, due)
        at = now if job.late else due
        if delivery.failure:
            return Change(JobStatus.FAILED, at, delivery.failure)
        return Change(status, at, progress=delivery.progress)


def _due(change: Change, now: float) -> Change | Wait:
    return change if change.at <= now else Wait(total=change.total)


def _unanswered(now: float, due: float) -> Wait:
    return Wait(late=now > due)
