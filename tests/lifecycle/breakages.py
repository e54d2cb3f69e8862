"""The handler without one of its rules."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from unittest import mock
from uuid import uuid4

from model_invocation_job.care import Holder
from model_invocation_job.decisions import Decision, Job, decide
from model_invocation_job.identity import RunIdentity
from model_invocation_job.stack import Direction, StackState

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
    return mock.patch("model_invocation_job.stack.StackWatch.state", return_value=forward)


def no_foreign_id_lookup() -> AbstractContextManager[Any]:
    """An id that CloudFormation made up stands for nothing."""
    return mock.patch("model_invocation_job.removal.Remover._jobs_of_unknown_id", return_value=[])


def no_look_at_the_care() -> AbstractContextManager[Any]:
    """Whatever a job's tag says, nobody takes care of it."""
    return mock.patch("model_invocation_job.care.Care.holder", return_value=Holder.NOBODY)


def no_trimming() -> AbstractContextManager[Any]:
    """An answer is as long as it is."""
    return mock.patch("model_invocation_job.answer.MAX_ANSWER_BYTES", 10**9)
