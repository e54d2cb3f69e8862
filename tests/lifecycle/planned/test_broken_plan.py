"""Each rule of a plan is needed: without it, stories that agree with it do not agree."""

import pytest

from lifecycle.planned import breakages
from lifecycle.planned.breakages import Breakage
from lifecycle.planned.story import tell
from lifecycle.planned.test_plan_against_bill import DEPLOYMENTS, STORIES

_CASES: dict[str, Breakage] = {
    "hold forgotten": breakages.hold_forgotten,
    "OnRemoval forgotten": breakages.on_removal_forgotten,
    "policies forgotten": breakages.policies_forgotten,
    "dead jobs adopted": breakages.dead_jobs_adopted,
    "no look at jobs": breakages.no_look_at_jobs,
    "tags ignored": breakages.tags_ignored,
    "unknown properties accepted": breakages.unknown_properties_accepted,
    "role forgotten": breakages.role_forgotten,
    "failed request not repeated": breakages.failed_request_not_repeated,
    "removed before the failure forgotten": breakages.removed_before_the_failure_forgotten,
    "stopping counts as running": breakages.stopping_counts_as_running,
}


@pytest.mark.parametrize("name", _CASES)
def test_a_story_notices_a_missing_rule(name: str) -> None:
    """All stories agree with the plan as it is."""
    with _CASES[name]():
        counts = tell(range(STORIES), DEPLOYMENTS, ends_early=True)

    print(f"{name}: noticed in story {counts.stories}: {counts.differences[:1]}")
    assert counts.differences
