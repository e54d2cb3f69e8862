"""Each rule of the handler is needed: without it, one known history breaks an invariant."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest

from bedrock_batch_local.engine.client import client_error
from bedrock_batch_local.engine.errors import BatchApiError
from handler.world import properties
from lifecycle.cloudformation import Plan, Stack
from lifecycle.invariants import check
from lifecycle.simulation import KilledError
from lifecycle.universe import Attempt, Quirks, Universe
from model_invocation_job.identity import RunIdentity
from model_invocation_job.stack import Direction

_Break = Callable[[], AbstractContextManager[Any]]
_History = Callable[[Universe], Stack]


def _killed_after_start(universe: Universe) -> Stack:
    """The function dies after the job was started; Lambda delivers the event again."""

    def interfere(attempt: Attempt, _call: int, when: str) -> KilledError | None:
        started = attempt.calls[-1] == "create_model_invocation_job" and when == "after"
        return KilledError() if started and attempt.number == 1 else None

    universe.interfere = interfere
    stack = Stack(universe, 1)
    stack.deploy({"Job": properties()}, Plan())
    return stack


def _concurrent_duplicate(universe: Universe) -> Stack:
    """Lambda delivers the Create twice at the same moment."""
    universe.deliveries = [0.1, 0.1]
    stack = Stack(universe, 1)
    stack.deploy({"Job": properties()}, Plan())
    return stack


def _cancelled_before_start(universe: Universe) -> Stack:
    """The Create reaches Lambda 300 s late, when its stack has been rolled back and cleaned up."""
    universe.deliveries = [300.0]
    stack = Stack(universe, 1)
    stack.deploy({"Job": properties()}, Plan(other_fails_after=1.0))
    return stack


def _killed_for_good(universe: Universe) -> Stack:
    """All three attempts die after the start; CloudFormation times out and deletes an id that it made up."""

    def interfere(attempt: Attempt, _call: int, when: str) -> KilledError | None:
        create = attempt.request.event["RequestType"] == "Create"
        return KilledError() if create and attempt.calls[-1] == "describe_stacks" and when == "before" else None

    universe.interfere = interfere
    stack = Stack(universe, 1)
    stack.deploy({"Job": properties()}, Plan())
    return stack


def _verbose_refusal(universe: Universe) -> Stack:
    """Bedrock refuses with a message of 10 KB."""

    def interfere(attempt: Attempt, _call: int, when: str) -> Exception | None:
        if attempt.calls[-1] == "create_model_invocation_job" and when == "before":
            refusal: Exception = client_error("Create", BatchApiError("ResourceNotFoundException", "é" * 10_000))
            return refusal
        return None

    universe.interfere = interfere
    stack = Stack(universe, 1)
    stack.deploy({"Job": properties()}, Plan())
    return stack


def _random_token() -> AbstractContextManager[Any]:
    return mock.patch.multiple(RunIdentity, token=_token_by_chance, name=_random_name)


def _token_by_chance(run: RunIdentity, _attempt: int) -> str:
    return run.resource.mark + uuid4().hex


def _random_name(run: RunIdentity, prefix: str, attempt: int) -> str:
    # A name that repeats would be refused by Bedrock and hide that the token does not.
    return f"{prefix}-{run.key}-{attempt}{uuid4().int % 1000:03d}"


@contextmanager
def _no_look_before_start() -> Iterator[None]:
    """Every start believes that it is the first."""

    def blind(*_: object) -> Any:
        from model_invocation_job.decisions import Start  # noqa: PLC0415 - only this breakage needs it

        return Start(uuid4().int % 9000 + 1000)

    with mock.patch("model_invocation_job.starting.decide", blind):
        yield


def _no_stack_state() -> AbstractContextManager[Any]:
    return mock.patch("model_invocation_job.invocation.direction_of", return_value=Direction.FORWARD)


def _no_foreign_id_lookup() -> AbstractContextManager[Any]:
    return mock.patch("model_invocation_job.removal.Remover._jobs_of_unknown_id", return_value=[])


def _no_trimming() -> AbstractContextManager[Any]:
    return mock.patch("model_invocation_job.answer.MAX_ANSWER_BYTES", 10**9)


_CASES: dict[str, tuple[_Break, _History, str]] = {
    "token random": (_random_token, _concurrent_duplicate, "I1|I2"),
    "look before start removed": (_no_look_before_start, _killed_after_start, "I1|I2"),
    "stack state not read": (_no_stack_state, _cancelled_before_start, "I1"),
    "foreign id not looked up": (_no_foreign_id_lookup, _killed_for_good, "I1"),
    "answer not trimmed": (_no_trimming, _verbose_refusal, "I4"),
}


@pytest.mark.parametrize("name", _CASES)
def test_the_invariants_notice_a_missing_rule(name: str) -> None:
    """The same history passes with the handler as it is, and fails without the rule."""
    breakage, history, invariant = _CASES[name]
    _run(history)
    with breakage(), pytest.raises(AssertionError, match=invariant):
        _run(history)


def test_cloudformation_replaces_an_answer_that_is_too_long() -> None:
    """The model does what AWS does: the reason is lost, and so is the id."""
    universe = Universe(Quirks())
    with universe.around_handler(), _no_trimming():
        stack = _verbose_refusal(universe)
        universe.agenda.run()
    create = universe.requests[0]
    assert (create.status, create.reason) == ("FAILED", "Response object is too long")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert len(json.dumps(create.puts[0].text)) > 4096


def _run(history: _History) -> None:
    universe = Universe(Quirks())
    with universe.around_handler():
        stack = history(universe)
        universe.agenda.run()
        check(universe, [stack])
