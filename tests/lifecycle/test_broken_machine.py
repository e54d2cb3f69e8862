"""Each rule of the handler is needed: without it, random histories break an invariant that they keep with it."""

import pytest

from lifecycle import breakages
from lifecycle.breakages import Breakage
from lifecycle.histories import run_histories

# Breakage, the invariant that notices, and a seed whose first so many histories are enough.
_CASES: dict[str, tuple[Breakage, str, int, int]] = {
    "token random": (breakages.random_token, "I1|I7", 1, 20),
    "look before start removed": (breakages.no_look_before_start, "I2", 1, 20),
    "stack state not read": (breakages.no_stack_state, "I1", 1, 20),
    "foreign id not looked up": (breakages.no_foreign_id_lookup, "I1", 5, 20),
    "care not looked at": (breakages.no_look_at_the_care, "I1", 2, 20),
    "answer not trimmed": (breakages.no_trimming, "I4", 4, 20),
}


@pytest.mark.parametrize("name", _CASES)
def test_random_histories_notice_a_missing_rule(name: str) -> None:
    """The same seed and number of histories pass with the handler as it is."""
    breakage, invariant, seed, histories = _CASES[name]
    run_histories(seed, histories)
    with breakage(), pytest.raises(AssertionError, match=rf"^(?:{invariant}): "):
        run_histories(seed, histories)
