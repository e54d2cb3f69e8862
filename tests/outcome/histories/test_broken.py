"""Each rule of the function is needed: without it, random histories break an invariant that they keep with it."""

import pytest

from outcome.histories import breakages
from outcome.histories.breakages import Breakage
from outcome.histories.test_histories import all_faults

# A breakage, and the invariant that notices it. All histories keep it with the function as it is.
_CASES: dict[str, tuple[Breakage, str]] = {
    "no schedule": (breakages.no_schedule, "O1"),
    "marker not read": (breakages.marker_not_read, "O2"),
    "marker before event": (breakages.marker_before_event, "O1"),
    "refused entries not seen": (breakages.refused_entries_not_seen, "O1"),
    "first page is all": (breakages.first_page_is_all, "O1"),
    "refused metrics forgotten": (breakages.refused_metrics_forgotten, "O8"),
    "an error that passes is absence": (breakages.refusal_is_absence, "O2"),
    "no patience": (breakages.no_patience, "O5"),
    "no claim": (breakages.no_claim, "O6"),
    "any job is own": (breakages.any_job_is_own, "O3"),
    "manifest not looked for again": (breakages.end_not_looked_for_again, "O4"),
    "claim is told": (breakages.claim_is_told, "O7"),
    "told without a run file": (breakages.told_without_run_file, "O3"),
    "a broken run file is gone": (breakages.broken_run_file_is_gone, "O9"),
}


# One in ten notices the rarest.
_HISTORIES = 60


@pytest.mark.parametrize("name", _CASES)
def test_random_histories_notice_a_missing_rule(name: str) -> None:
    breakage, invariant = _CASES[name]

    with breakage():
        assert any(text.startswith(f"{invariant}:") for seed in range(_HISTORIES) for text in all_faults([seed]))
