"""Plans without one of their rules. The handler keeps it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Any
from unittest import mock

from bedrock_batch.decisions.course_of_update import Course, course_of_update
from bedrock_batch.decisions.start_or_adopt import Adopt, Decision, decide
from bedrock_batch.job import Job
from bedrock_batch.plan.foreseen import Foreseen, foresee
from bedrock_batch.plan.planned import Action
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import RunIdentity

Breakage = Callable[[], AbstractContextManager[Any]]
_FORESEEN, _COMPARE = "bedrock_batch.plan.foreseen", "bedrock_batch.plan.compare"


def hold_forgotten() -> AbstractContextManager[Any]:
    """A held run is believed to start."""

    def course(spec: JobSpec, old: JobSpec | None, **facts: Any) -> Course:
        return course_of_update(replace(spec, hold=False), old, **facts)

    def not_held(run: RunIdentity, jobs: Sequence[Job], *others: Any, **_hold: bool) -> Decision:
        return decide(run, jobs, *others)

    return _both(mock.patch(f"{_FORESEEN}.course_of_update", course), mock.patch(f"{_FORESEEN}.decide", not_held))


def on_removal_forgotten() -> AbstractContextManager[Any]:
    """Each job that is replaced or removed is believed to be stopped."""
    return mock.patch(f"{_FORESEEN}.leaves_running", return_value=False)


def policies_forgotten() -> AbstractContextManager[Any]:
    """A resource that is retained is believed to be deleted."""
    return mock.patch(f"{_COMPARE}._RETAINED", frozenset())


def dead_jobs_adopted() -> AbstractContextManager[Any]:
    """A run is believed to have a job as long as there was one."""

    def of_any(run: RunIdentity, jobs: Sequence[Job], *others: Any, **facts: Any) -> Decision:
        found = [job for job in jobs if run.attempt_of(job) is not None]
        return Adopt(found[0]) if found else decide(run, jobs, *others, **facts)

    return mock.patch(f"{_FORESEEN}.decide", of_any)


def no_look_at_jobs() -> AbstractContextManager[Any]:
    """No earlier job is believed to be taken again."""

    def blind(run: RunIdentity, _jobs: Sequence[Job], *others: Any, **facts: Any) -> Decision:
        return decide(run, [], *others, **facts)

    return mock.patch(f"{_FORESEEN}.decide", blind)


def tags_ignored() -> AbstractContextManager[Any]:
    """A change of tags is believed to leave the job as it is."""
    return mock.patch(f"{_FORESEEN}._kept", return_value=Action.KEEPS)


def unknown_properties_accepted() -> AbstractContextManager[Any]:
    """What this version does not know is believed to be ignored."""
    return mock.patch(f"{_FORESEEN}.check_known")


def role_forgotten() -> AbstractContextManager[Any]:
    """A job that runs is believed to do without its role."""
    return mock.patch(f"{_FORESEEN}.loses_role", return_value=False)


def failed_request_not_repeated() -> AbstractContextManager[Any]:
    """CloudFormation is believed to send nothing where nothing has changed since the failure."""

    def once(*facts: Any, **others: Any) -> Foreseen:
        return foresee(*facts, **others | {"is_certain": False})

    return _both(
        mock.patch(f"{_COMPARE}.foresee", once),
        mock.patch("bedrock_batch.plan.recorded.replace", lambda each, **_: each),
    )


def removed_before_the_failure_forgotten() -> AbstractContextManager[Any]:
    """What the failed update had taken out of the template is believed to be gone."""
    return mock.patch(f"{_COMPARE}.job_ids", return_value=[])


def stopping_counts_as_running() -> AbstractContextManager[Any]:
    """A job that is stopping is believed to be stopped once more."""
    return mock.patch("bedrock_batch.plan.foreseen.OnRecord.job", property(_as_running))


def _as_running(self: Any) -> Job | None:
    found = next((job for job in self.jobs if job.arn == self.job_arn), None)
    return replace(found, status="InProgress") if found is not None and found.status == "Stopping" else found


def _both(*patches: AbstractContextManager[Any]) -> AbstractContextManager[Any]:
    stack = ExitStack()
    for each in patches:
        stack.enter_context(each)
    return stack
