"""Bedrock's event says that a job has ended."""

from dataclasses import replace
from typing import Final

from batch_outcome.core.errors import NotEndedError
from batch_outcome.core.occasion import End
from batch_outcome.io.log import log
from batch_outcome.operations import reading
from batch_outcome.operations.session import Session
from batch_outcome.operations.telling import tell, tell_without_marker
from bedrock_batch.job import Job
from bedrock_batch.outcome.report import Report
from bedrock_batch.statuses import JobStatus

# Get may lag behind the event. Lambda retries after one and two minutes, if these are not enough.
_WAITS: Final = (2.0, 4.0, 8.0)
# AWS does not say whether the manifest comes before the event. The counters of Get lag up to a minute behind (User
# Guide, "Monitor batch inference jobs").
_WAITS_FOR_MANIFEST: Final = (5.0, 10.0, 20.0, 40.0)
# What is left after these waits must be enough to tell the end.
_RESERVE_SECONDS: Final = 60.0
_WITH_MANIFEST: Final = frozenset({JobStatus.COMPLETED, JobStatus.PARTIALLY_COMPLETED})
_GONE: Final = "Bedrock no longer shows the job: output, counts and rule are not known"
_NO_MANIFEST: Final = "the manifest cannot be read: tokens are not known, and the counts are those of Bedrock"


def tell_end(session: Session, end: End) -> None:
    """Tell the outcome of a job, if it is one of this stack that asks for it and was not told yet.

    :raises NotEndedError: Bedrock does not show the end yet.
    :raises OutcomeError: it could not be told, or not completely.
    """
    said = Job(end.job_arn, end.job_name, status=end.status, message=end.message, model_id=end.model_arn)
    if not (session.own.is_local(said.arn) and session.own.may_own(said)):
        log("job of another stack", job_arn=said.arn)
        return
    job, notes = _ended(session, said)
    if job is None:
        tell_without_marker(session, Report.of(said, session.own.stack_id, None, None, (_GONE,)))
        return
    if not session.own.may_own(job):
        log("job of another stack", job_arn=said.arn)
        return
    steps = reading.pending(session, job, is_certain=False)
    if not steps:
        log("told before", job_arn=job.arn)
        return
    run_file = reading.run_file(session, job)
    if run_file is None:
        return
    if not asks(session, job, run_file):
        log("no outcome asked for", job_arn=job.arn)
        return
    manifest = reading.manifest(session, job)
    if manifest is None and job.status in _WITH_MANIFEST:
        job, manifest = _later(session, job)
        # Another delivery of the event may have told it meanwhile.
        steps = reading.pending(session, job, is_certain=False)
    if steps:
        tell(session, report_of(session, job, run_file, manifest, notes), steps)


def asks(session: Session, job: Job, run_file: reading.Members) -> bool:
    """Whether a run file is that of a job of this stack, and asks for an outcome."""
    return session.own.owns(job, run_file) and run_file.get("outcome") is not None


def report_of(
    session: Session,
    job: Job,
    run_file: reading.Members,
    manifest: reading.Members | None,
    notes: tuple[str, ...] = (),
) -> Report:
    """What is told of the end of a job. `manifest` is `None` if it cannot be read."""
    if manifest is None and job.status in _WITH_MANIFEST:
        notes = (*notes, _NO_MANIFEST)
    return Report.of(job, session.own.stack_id, run_file, manifest, notes)


def _later(session: Session, job: Job) -> tuple[Job, reading.Members | None]:
    """The manifest of a job, which may come after the event. Without it, the job with its last counters."""
    for seconds in _WAITS_FOR_MANIFEST:
        if session.left.seconds < seconds + _RESERVE_SECONDS:
            break
        session.left.sleep(seconds)
        if (manifest := reading.manifest(session, job)) is not None:
            return job, manifest
    shown = session.jobs.get(job.arn)
    return (shown if shown is not None and shown.has_ended else job), None


def _ended(session: Session, said: Job) -> tuple[Job | None, tuple[str, ...]]:
    """The job as Bedrock shows it, with an end. `None` if Bedrock does not know it."""
    waits = iter(_WAITS)
    while (job := session.jobs.get(said.arn)) is not None and not job.has_ended:
        if job.status not in set(JobStatus):
            # The event has a word that this version knows.
            return replace(job, status=said.status), (f"Bedrock also shows the status {job.status}",)
        if (seconds := next(waits, None)) is None:
            raise NotEndedError(f"{said.arn} has ended, says its event, and is {job.status}, says Bedrock")
        session.left.sleep(seconds)
    return job, ()
