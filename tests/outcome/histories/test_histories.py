"""Whatever happens, in whatever order: no end is lost, and none is doubled but where the page says so."""

from collections import Counter
from collections.abc import Iterable

import pytest
from draws import sample

from outcome.histories.misfortunes import CALLS
from outcome.histories.story import KINDS, Story
from outcome.histories.verdict import faults

HISTORIES = 2000
_IN_A_SAMPLE = 60
_ALL_THAT_OCCURS = [
    *KINDS,
    *(f"event {fate}" for fate in ("comes", "lost", "late", "doubled", "doubled late")),
    *(f"manifest {each}" for each in ("before", "late", "much later", "never")),
    *(f"killed {when} {call}" for call in CALLS if call != "list_objects_v2" for when in ("before", "after")),
    "entry refused",
    "told twice",
    "told by the schedule",
]


def all_faults(seeds: Iterable[int], occurred: Counter[str] | None = None) -> list[str]:
    """What is wrong with these histories. `occurred` counts what occurs in them."""
    found = []
    counts: Counter[str] = Counter() if occurred is None else occurred
    for seed in seeds:
        story = Story(seed)
        story.run()
        found += faults(story)
        counts.update(story.occurred)
        told = Counter(each.job_id for each in story.universe.record.tellings)
        counts["told twice"] += sum(count > 1 for count in told.values())
        counts["told by the schedule"] += any(each.by_look for each in story.universe.record.tellings)
        counts["tellings"] += sum(told.values())
        counts["ends"] += len(story.jobs)
    return found


def test_no_end_of_a_drawn_history_is_lost() -> None:
    assert all_faults(sample(range(HISTORIES), _IN_A_SAMPLE, "histories of outcomes")) == []


@pytest.mark.soak
def test_no_end_of_any_history_is_lost() -> None:
    occurred: Counter[str] = Counter()

    assert all_faults(range(HISTORIES), occurred) == []

    print(dict(sorted(occurred.items())))
    assert [each for each in _ALL_THAT_OCCURS if not occurred[each]] == []
