"""Each rule of a plan is needed: without it, stories that agree with it do not agree."""

import pytest

from lifecycle.planned import breakages
from lifecycle.planned.breakages import Breakage
from lifecycle.planned.story import tell
from lifecycle.planned.test_plan_against_bill import DEPLOYMENTS, STORIES

# Breakage, and the story from which on it is noticed soon.
_CASES: dict[str, tuple[Breakage, int]] = {
    "hold forgotten": (breakages.hold_forgotten, 0),
    "OnRemoval forgotten": (breakages.on_removal_forgotten, 0),
    "policies forgotten": (breakages.policies_forgotten, 10),
    "dead jobs adopted": (breakages.dead_jobs_adopted, 0),
    "no look at jobs": (breakages.no_look_at_jobs, 0),
    "tags ignored": (breakages.tags_ignored, 0),
    "unknown properties accepted": (breakages.unknown_properties_accepted, 0),
    "role forgotten": (breakages.role_forgotten, 10),
    "failed request not repeated": (breakages.failed_request_not_repeated, 0),
    "removed before the failure forgotten": (breakages.removed_before_the_failure_forgotten, 140),
    "stopping counts as running": (breakages.stopping_counts_as_running, 35),
}


@pytest.mark.parametrize("name", _CASES)
def test_a_story_notices_a_missing_rule(name: str) -> None:
    """All stories agree with the plan as it is."""
    breakage, first = _CASES[name]
    with breakage():
        counts = tell([*range(first, STORIES), *range(first)], DEPLOYMENTS, ends_early=True)

    print(f"{name}: noticed in story {counts.stories}: {counts.differences[:1]}")
    assert counts.differences
