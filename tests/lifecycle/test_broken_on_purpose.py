"""Each rule of the handler is needed: without it, one known history breaks an invariant."""

import json
from collections.abc import Callable

import pytest

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.client import client_error
from bedrock_batch_local.engine.errors import BatchApiError
from handler.world import properties
from lifecycle import breakages
from lifecycle.breakages import Breakage
from lifecycle.invariants import check
from lifecycle.lambda_service import Attempt
from lifecycle.plan import Plan
from lifecycle.quirks import Quirks
from lifecycle.simulation import KilledError
from lifecycle.stack import Stack
from lifecycle.universe import Universe

_History = Callable[[Universe], Stack]


def _killed_after_start(universe: Universe) -> Stack:
    """The function dies after the job was started; Lambda retries the event."""

    def interfere(attempt: Attempt, _call: int, when: str) -> KilledError | None:
        started = attempt.calls[-1] == "create_model_invocation_job" and when == "after"
        return KilledError() if started and attempt.number == 1 else None

    universe.interfere = interfere
    stack = Stack(universe, 1)
    stack.deploy({"Job": properties()}, Plan())
    return stack


def _back_to_what_has_delivered(universe: Universe) -> Stack:
    """A run is declared again whose job is done, when Bedrock remembers neither its token nor its name."""
    stack = Stack(universe, 1)
    stack.deploy({"Job": properties(RunId="a")}, Plan())
    universe.engine.end(next(iter(universe.record.jobs.values())), JobStatus.COMPLETED)
    stack.deploy({"Job": properties(RunId="b")}, Plan())
    universe.agenda.run(seconds=600.0)
    stack.deploy({"Job": properties(RunId="a")}, Plan())
    return stack


def _cancelled_before_start(universe: Universe) -> Stack:
    """The Create reaches Lambda 300 s late, when its stack has been rolled back and cleaned up."""
    universe.deliveries["forward"] = [300.0]
    stack = Stack(universe, 1)
    stack.deploy({"Job": properties()}, Plan(other_fails_after=1.0))
    return stack


def _killed_for_good(universe: Universe) -> Stack:
    """All three attempts die before their answer; CloudFormation times out and deletes an id that it made up."""

    def interfere(attempt: Attempt, _call: int, when: str) -> KilledError | None:
        create = attempt.request.event["RequestType"] == "Create"
        return KilledError() if create and attempt.calls[-1] == "Put" and when == "before" else None

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


_CASES: dict[str, tuple[Breakage, _History, str]] = {
    "token random": (breakages.random_token, _killed_after_start, "I1"),
    "look before start removed": (breakages.no_look_before_start, _back_to_what_has_delivered, "I2"),
    "stack state not read": (breakages.no_stack_state, _cancelled_before_start, "I1"),
    "foreign id not looked up": (breakages.no_foreign_id_lookup, _killed_for_good, "I1"),
    "answer not trimmed": (breakages.no_trimming, _verbose_refusal, "I4"),
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
    with universe.around_handler(), breakages.no_trimming():
        stack = _verbose_refusal(universe)
        universe.agenda.run()
    create = universe.requests[0]
    assert (create.status, create.reason) == ("FAILED", "Response object is too long")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert len(json.dumps(create.puts[0].text)) > 4096


def _run(history: _History) -> None:
    universe = Universe(Quirks(token_memory_seconds=60.0, frees_ended_names=True))
    with universe.around_handler():
        stack = history(universe)
        universe.agenda.run()
        check(universe, [stack])
