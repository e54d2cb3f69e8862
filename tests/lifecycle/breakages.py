"""The handler without one of its rules."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest import mock
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.bedrock import Job, Jobs, Started
from model_invocation_job.decisions import Decision, decide
from model_invocation_job.event import ResourceEvent
from model_invocation_job.failure import answer_of_failure
from model_invocation_job.identity import RunIdentity
from model_invocation_job.physical_id import PhysicalId
from model_invocation_job.refusal import RefusedError
from model_invocation_job.rollback import EarlierJob, Rollback
from model_invocation_job.spec import JobSpec
from model_invocation_job.stack import Direction, StackState, StackUnknownError, StackWatch
from model_invocation_job.starting import Accepted, Starter
from model_invocation_job.stopping import StillRunningError, Stopper

Breakage = Callable[[], AbstractContextManager[Any]]


def random_token() -> AbstractContextManager[Any]:
    """The token tells neither whose a job is nor which run it is for."""
    return mock.patch.object(RunIdentity, "token", side_effect=lambda _attempt: uuid4().hex)


def no_look_before_start() -> AbstractContextManager[Any]:
    """Every start believes that it is the first; what must be there after it is still looked for."""

    def blind(run: RunIdentity, jobs: Sequence[Job], direction: Direction, issued_at: datetime | None) -> Decision:
        return decide(run, jobs if direction is Direction.SETTLED else [], direction, issued_at)

    return mock.patch("model_invocation_job.starting.decide", blind)


def no_stack_state() -> AbstractContextManager[Any]:
    """Every stack is believed to go forward."""
    forward = StackState("UPDATE_IN_PROGRESS", None)
    return mock.patch.object(StackWatch, "state", return_value=forward)


def unknown_direction_is_forward() -> AbstractContextManager[Any]:
    """A stack of which CloudFormation does not tell is believed to go forward."""
    state = StackWatch.state

    def hopeful(self: StackWatch, seconds: float | None = None) -> StackState:
        try:
            return state(self, seconds)
        except StackUnknownError:
            return StackState("UPDATE_IN_PROGRESS", None)

    return mock.patch.object(StackWatch, "state", hopeful)


def no_look_at_the_operation() -> AbstractContextManager[Any]:
    """A later operation of the stack is taken for the request's own."""
    return mock.patch.object(StackState, "has_overtaken", return_value=False)


def no_foreign_id_lookup() -> AbstractContextManager[Any]:
    """An id that CloudFormation made up stands for nothing."""
    return mock.patch("model_invocation_job.removal.Remover._of_unnamed_job", return_value=[])


def made_up_id_stops_the_newest() -> AbstractContextManager[Any]:
    """An id without an ARN stands for every job of the run, whatever the stack is doing."""
    return mock.patch("model_invocation_job.removal.Remover._is_rolled_back_or_deleted", return_value=True)


def found_marker_ignored() -> AbstractContextManager[Any]:
    """A Delete in a rollback takes every job for one that the deployment had started."""
    parse = PhysicalId.parse
    return mock.patch.object(PhysicalId, "parse", lambda text: replace(parse(text), was_found=False))


def unknown_status_has_ended() -> AbstractContextManager[Any]:
    """A status that this version does not know is one of an ended job."""
    known = {"Submitted", "Validating", "Scheduled", "InProgress"}
    return mock.patch("model_invocation_job.stopping.is_live", side_effect=lambda status: status in known)


def started_job_not_named() -> AbstractContextManager[Any]:
    """A Create that fails after the start forgets what it had started."""

    def forgetful(event: ResourceEvent, error: Exception, _started: Started) -> Any:
        return answer_of_failure(event, RefusedError(str(error)), Started())

    return mock.patch("model_invocation_job.invocation.answer_of_failure", forgetful)


def uncertain_start_is_none() -> AbstractContextManager[Any]:
    """A request whose answer was lost had no effect."""
    return mock.patch.object(Started, "fail", return_value=None)


def new_job_compared() -> AbstractContextManager[Any]:
    """A job that this very call made is refused when Get shows it in other words."""
    start = Starter._start

    def compared(self: Starter, run: RunIdentity, spec: JobSpec, attempt: int, **options: bool) -> Accepted:
        accepted, declared = start(self, run, spec, attempt, **options), spec.request("", "")
        if any(accepted.job.get(name) != declared[name] for name in ("inputDataConfig", "outputDataConfig")):
            raise RefusedError("it differs", str(accepted.job["jobArn"]))
        return accepted

    return mock.patch.object(Starter, "_start", compared)


def looks_once() -> AbstractContextManager[Any]:
    """A job that is not shown at once is not there."""
    return mock.patch.object(Jobs, "look", lambda _self, find: find())


def stop_not_verified() -> AbstractContextManager[Any]:
    """A Stop that was accepted has stopped the job."""
    return mock.patch.object(Stopper, "_shown", return_value="Stopping")


def conflict_is_final() -> AbstractContextManager[Any]:
    """A Stop that is refused for the moment is refused for good."""
    return mock.patch("model_invocation_job.stopping._NOT_NOW", frozenset())


def rollback_is_green_unseen() -> AbstractContextManager[Any]:
    """A rollback that could not look for what the update had started answers with the recorded id."""
    earlier_job = Rollback.earlier_job

    def unseen(self: Rollback, spec: JobSpec, attempted: JobSpec | None, state: StackState) -> EarlierJob:
        try:
            return earlier_job(self, spec, attempted, state)
        except RefusedError as error:
            if isinstance(error.__cause__, ClientError | BotoCoreError):
                return EarlierJob(None)
            raise

    return mock.patch.object(Rollback, "earlier_job", unseen)


def no_second_delivery() -> AbstractContextManager[Any]:
    """A job that should be stopped and is not is nobody's business after the answer."""
    return mock.patch("model_invocation_job.invocation.StillRunningError", type("NeverError", (StillRunningError,), {}))


def page_of_a_proxy_is_an_empty_list() -> AbstractContextManager[Any]:
    """An answer without members is an answer."""

    def read_page(self: Jobs, page: dict[str, Any]) -> Any:
        return self._client.list_model_invocation_jobs(**page)

    return mock.patch.object(Jobs, "_read_page", read_page)


def first_page_is_all() -> AbstractContextManager[Any]:
    """A list has one page."""

    def first_page(self: Jobs, **filters: Any) -> Any:
        return self._patiently(lambda: self._client.list_model_invocation_jobs(**filters)).get(
            "invocationJobSummaries", []
        )

    return mock.patch.object(Jobs, "_list", first_page)


def passing_refusal_is_final() -> AbstractContextManager[Any]:
    """An answer that S3 has not read in time is not given again."""
    return mock.patch("model_invocation_job.delivery._PASSING", frozenset())


def no_trimming() -> AbstractContextManager[Any]:
    """An answer is as long as it is."""
    return mock.patch("model_invocation_job.answer.MAX_ANSWER_BYTES", 10**9)
