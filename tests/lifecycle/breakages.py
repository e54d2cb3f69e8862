"""The handler without one of its rules."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest import mock
from uuid import uuid4

from bedrock_batch.decisions.course_of_update import Course
from bedrock_batch.decisions.direction import Direction
from bedrock_batch.decisions.start_or_adopt import Decision, decide
from bedrock_batch.decisions.stop_or_leave import Fate, JobFacts, Relation, RequestFacts, fate
from bedrock_batch.job import Job
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import RunIdentity
from bedrock_batch.run.physical_id import PhysicalId
from model_invocation_job.core.errors import AwsError, RefusedError, StackUnknownError, StillRunningError
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.core.failure import answer_of_failure
from model_invocation_job.core.progress import Progress
from model_invocation_job.core.stack_state import StackState
from model_invocation_job.io.aws_errors import called
from model_invocation_job.io.bedrock import Jobs
from model_invocation_job.io.stack import StackWatch
from model_invocation_job.operations.late_start import Accepted
from model_invocation_job.operations.rollback import EarlierJob, roll_back
from model_invocation_job.operations.session import Session
from model_invocation_job.operations.starting import accept, accept_attempt

_LIST = "ListModelInvocationJobs"

# A stack whose roles are always new.
_FORWARD = StackState("UPDATE_IN_PROGRESS", None, datetime.max.replace(tzinfo=UTC))

Breakage = Callable[[], AbstractContextManager[Any]]


def random_token() -> AbstractContextManager[Any]:
    """The token tells neither whose a job is nor which run it is for."""
    return mock.patch.object(RunIdentity, "token", side_effect=lambda _attempt: uuid4().hex)


def no_look_before_start() -> AbstractContextManager[Any]:
    """Every start believes that it is the first; what must be there after it is still looked for."""

    def blind(
        run: RunIdentity, jobs: Sequence[Job], direction: Direction, issued_at: datetime | None, **held: bool
    ) -> Decision:
        return decide(run, jobs if direction is Direction.SETTLED else [], direction, issued_at, **held)

    everywhere, starting = ExitStack(), "model_invocation_job.operations.starting"
    everywhere.enter_context(mock.patch(f"{starting}.decide", blind))
    everywhere.enter_context(mock.patch(f"{starting}._Attempt._look_again", return_value=None))
    return everywhere


def no_stack_state() -> AbstractContextManager[Any]:
    """Every stack is believed to go forward."""
    return mock.patch.object(StackWatch, "state", return_value=_FORWARD)


def unknown_direction_is_forward() -> AbstractContextManager[Any]:
    """A stack of which CloudFormation does not tell is believed to go forward."""
    state = StackWatch.state

    def hopeful(self: StackWatch, seconds: float | None = None) -> StackState:
        try:
            return state(self, seconds)
        except StackUnknownError:
            return _FORWARD

    return mock.patch.object(StackWatch, "state", hopeful)


def no_look_at_the_operation() -> AbstractContextManager[Any]:
    """A later operation of the stack is taken for the request's own."""
    return mock.patch.object(StackState, "has_overtaken", return_value=False)


def no_foreign_id_lookup() -> AbstractContextManager[Any]:
    """An id that CloudFormation made up stands for nothing."""

    def nothing(request: RequestFacts, job: JobFacts) -> Fate:
        return Fate.LEAVE if job.relation is Relation.ATTEMPT else fate(request, job)

    return mock.patch("model_invocation_job.operations.delete.fate", nothing)


def made_up_id_stops_the_newest() -> AbstractContextManager[Any]:
    """An id without an ARN stands for every job of the run, whatever the stack is doing."""

    def all_of_them(request: RequestFacts, job: JobFacts) -> Fate:
        return fate(replace(request, is_undone=True), job)

    return mock.patch("model_invocation_job.operations.delete.fate", all_of_them)


def found_marker_ignored() -> AbstractContextManager[Any]:
    """A Delete in a rollback takes every job for one that the deployment had started."""
    parse = PhysicalId.parse
    return mock.patch.object(PhysicalId, "parse", lambda text: replace(parse(text), was_found=False))


def unknown_status_has_ended() -> AbstractContextManager[Any]:
    """A status that this version does not know is one of an ended job."""
    return mock.patch.object(Job, "is_live", property(lambda job: job.is_running))


def started_job_not_named() -> AbstractContextManager[Any]:
    """A Create that fails after the start forgets what it had started."""

    def forgetful(event: ResourceEvent, error: Exception, _progress: Progress, log_group: str) -> Any:
        return answer_of_failure(event, RefusedError(str(error)), Progress(), log_group)

    return mock.patch("model_invocation_job.invocation.answer_of_failure", forgetful)


def uncertain_start_is_none() -> AbstractContextManager[Any]:
    """A request whose answer was lost had no effect."""
    return mock.patch.object(Progress, "start_failed", return_value=None)


def new_job_compared() -> AbstractContextManager[Any]:
    """A job that this very call made is refused when Get shows it in other words."""

    def compared(session: Session, run: RunIdentity, spec: JobSpec, direction: Direction) -> Accepted | None:
        accepted = accept(session, run, spec, direction)
        if accepted is None:
            return None
        declared = (spec.input["s3Uri"], spec.output["s3Uri"])
        if (accepted.job.input_uri, accepted.job.output_uri) != declared:
            raise RefusedError("it differs", accepted.job.arn)
        return accepted

    return mock.patch("model_invocation_job.operations.run.accept", compared)


def looks_once() -> AbstractContextManager[Any]:
    """A job that is not shown at once is not there."""
    return mock.patch.object(Jobs, "look", lambda _self, find: find())


def third_attempt() -> AbstractContextManager[Any]:
    """Every job that failed for rights is the first attempt of its request."""
    everywhere = ExitStack()
    for rule, known in (("is_first", True), ("first_of", None)):
        rule_of = f"model_invocation_job.operations.second_attempt.{rule}"
        everywhere.enter_context(mock.patch(rule_of, return_value=known))
    return everywhere


def first_attempt_again() -> AbstractContextManager[Any]:
    """The second attempt has the number of the first."""

    def same(session: Session, run: RunIdentity, spec: JobSpec, number: int) -> Accepted:
        return accept_attempt(session, run, spec, number - 1)

    return mock.patch("model_invocation_job.operations.second_attempt.accept_attempt", same)


def second_attempt_without_end() -> AbstractContextManager[Any]:
    """A second attempt may be made after the end of the gate's bound."""
    return mock.patch("model_invocation_job.operations.second_attempt.is_in_time", return_value=True)


def second_attempt_not_looked_for() -> AbstractContextManager[Any]:
    """A Delete of a first attempt does not look for the second."""
    return mock.patch("model_invocation_job.operations.delete.failed_for_rights", return_value=False)


def unlisted_second_attempt_not_waited_for() -> AbstractContextManager[Any]:
    """A Delete of a first attempt sees the second only if it is listed already."""
    return mock.patch("model_invocation_job.operations.delete.may_be_unlisted", return_value=False)


def second_attempt_of_another_not_looked_for() -> AbstractContextManager[Any]:
    """A repeated delivery takes no second attempt that is not listed yet."""
    return mock.patch("model_invocation_job.operations.second_attempt.look_for_attempt", return_value=None)


def stop_not_verified() -> AbstractContextManager[Any]:
    """A Stop that was accepted has stopped the job."""

    def once(session: Session, job: Job, _look_again: object = None) -> None:
        with suppress(AwsError):
            session.jobs.stop(job.arn)

    everywhere = ExitStack()
    for room in ("delete", "rollback", "late_start"):
        everywhere.enter_context(mock.patch(f"model_invocation_job.operations.{room}.stop", once))
    return everywhere


def conflict_is_final() -> AbstractContextManager[Any]:
    """A Stop that is refused for the moment is refused for good."""
    return mock.patch("model_invocation_job.operations.stopping.NOT_NOW", frozenset())


def rollback_is_green_unseen() -> AbstractContextManager[Any]:
    """A rollback that could not look for what the update had started answers with the recorded id."""

    def unseen(session: Session, spec: JobSpec, attempted: JobSpec | None, state: StackState) -> EarlierJob:
        try:
            return roll_back(session, spec, attempted, state)
        except RefusedError as error:
            if isinstance(error.__cause__, AwsError):
                return EarlierJob(None)
            raise

    return mock.patch("model_invocation_job.operations.update.roll_back", unseen)


def no_second_delivery() -> AbstractContextManager[Any]:
    """A job that should be stopped and is not is nobody's business after the answer."""
    return mock.patch("model_invocation_job.invocation.StillRunningError", type("NeverError", (StillRunningError,), {}))


def page_of_a_proxy_is_an_empty_list() -> AbstractContextManager[Any]:
    """An answer without members is an answer."""
    read = {"ResponseMetadata": {"RequestId": "any"}}
    return mock.patch(
        "model_invocation_job.io.bedrock.called",
        lambda operation, call: called(operation, call) | (read if operation == _LIST else {}),
    )


def first_page_is_all() -> AbstractContextManager[Any]:
    """A list has one page."""
    no_more = {"nextToken": ""}
    return mock.patch(
        "model_invocation_job.io.bedrock.called",
        lambda operation, call: called(operation, call) | (no_more if operation == _LIST else {}),
    )


def passing_refusal_is_final() -> AbstractContextManager[Any]:
    """An answer that S3 has not read in time is not given again."""
    return mock.patch("model_invocation_job.io.delivery.PASSING", frozenset())


def no_trimming() -> AbstractContextManager[Any]:
    """An answer is as long as it is."""
    return mock.patch("model_invocation_job.core.answer.MAX_ANSWER_BYTES", 10**9)


def hold_not_heeded() -> AbstractContextManager[Any]:
    """A held run is started as any other."""

    def decided(
        run: RunIdentity, jobs: Sequence[Job], direction: Direction, issued_at: datetime | None, **_: bool
    ) -> Decision:
        return decide(run, jobs, direction, issued_at)

    return mock.patch("model_invocation_job.operations.starting.decide", decided)


def release_starts_nothing() -> AbstractContextManager[Any]:
    """Whatever is on record is a job of the declared run."""
    return mock.patch("model_invocation_job.operations.update.course_of_update", return_value=Course.KEEP)


def release_forgets_what_was_before() -> AbstractContextManager[Any]:
    """The id of a released job does not say what was on record before."""
    parse = PhysicalId.parse
    return mock.patch.object(PhysicalId, "parse", lambda text: replace(parse(text), is_released=False))


def held_id_stands_for_its_run() -> AbstractContextManager[Any]:
    """The Delete of a held id stops jobs of the run as that of a made-up id does."""

    def forgetful(request: RequestFacts, job: JobFacts) -> Fate:
        return fate(replace(request, is_of_held=False), job)

    return mock.patch("model_invocation_job.operations.delete.fate", forgetful)
