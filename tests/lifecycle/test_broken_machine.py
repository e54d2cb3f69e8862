"""Each rule of the handler is needed: without it, random histories break an invariant that they keep with it."""

import pytest

from lifecycle import breakages
from lifecycle.breakages import Breakage
from lifecycle.held_machine import HeldLifecycle
from lifecycle.histories import run_histories

# Breakage, the invariant that notices, and a seed whose first so many histories are enough.
_CASES: dict[str, tuple[Breakage, str, int, int]] = {
    "token random": (breakages.random_token, "I1|I7", 1, 20),
    "look before start removed": (breakages.no_look_before_start, "I2", 2, 20),
    "stack state not read": (breakages.no_stack_state, "I1|I2", 1, 20),
    "foreign id not looked up": (breakages.no_foreign_id_lookup, "I1", 57, 20),
    "made-up id stops the newest": (breakages.made_up_id_stops_the_newest, "I1", 10, 60),
    "unknown status has ended": (breakages.unknown_status_has_ended, "I1", 1, 60),
    "only the first page is read": (breakages.first_page_is_all, "I1", 5, 60),
    "stop not verified": (breakages.stop_not_verified, "I1", 1, 60),
    "conflict is final": (breakages.conflict_is_final, "I3|I9", 1, 60),
    "looked for once": (breakages.looks_once, "I1", 2, 60),
    "new job compared": (breakages.new_job_compared, "I9", 1, 60),
    "passing refusal is final": (breakages.passing_refusal_is_final, "I3", 4, 60),
    "every failed job is a first attempt": (breakages.third_attempt, "I2", 5, 60),
    "the second attempt has the number of the first": (breakages.first_attempt_again, "I10", 1, 60),
    "a second attempt may be made at any time": (breakages.second_attempt_without_end, "I2", 5, 60),
    "answer not trimmed": (breakages.no_trimming, "I4", 1, 60),
}


# The others take seconds each; `make soak` runs them.
_SAMPLE = ("token random", "stack state not read", "stop not verified")


@pytest.mark.parametrize(
    "name", [name if name in _SAMPLE else pytest.param(name, marks=pytest.mark.soak) for name in _CASES]
)
def test_random_histories_notice_a_missing_rule(name: str) -> None:
    """The same seed and number of histories pass with the handler as it is."""
    breakage, invariant, seed, histories = _CASES[name]
    run_histories(seed, histories)
    with breakage(), pytest.raises(AssertionError, match=rf"^(?:{invariant}): "):
        run_histories(seed, histories)


_HELD_CASES: dict[str, tuple[Breakage, str, int, int]] = {
    "hold not heeded": (breakages.hold_not_heeded, "I11", 1, 20),
    "release starts nothing": (breakages.release_starts_nothing, "I11", 1, 60),
    "release forgets what was before": (breakages.release_forgets_what_was_before, "I1|I11", 1, 60),
}


@pytest.mark.parametrize(
    "name", [name if name == "hold not heeded" else pytest.param(name, marks=pytest.mark.soak) for name in _HELD_CASES]
)
def test_random_histories_of_held_resources_notice_a_missing_rule(name: str) -> None:
    """The same seed and number of histories pass with the handler as it is."""
    breakage, invariant, seed, histories = _HELD_CASES[name]
    run_histories(seed, histories, HeldLifecycle)
    with breakage(), pytest.raises(AssertionError, match=rf"^(?:{invariant}): "):
        run_histories(seed, histories, HeldLifecycle)
