"""Folders of job files that are edited by chance cost with the real CDK CLI what `bedrock-batch plan` foresees."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from draws import sample

from bedrock_batch.plan.planned import Action
from e2e.cloud import Cloud
from e2e.plan_story import PlanStory
from e2e.planned_folder import EDITS, PlannedFolder

STORIES, DEPLOYMENTS, DRAWN_DEPLOYMENTS = 30, 4, 2


@pytest.mark.parametrize("count", [1, pytest.param(None, marks=pytest.mark.soak)])
def test_a_folder_costs_what_was_foreseen(cloud: Cloud, tmp_path: Path, count: int | None) -> None:
    counts: Counter[str] = Counter()
    differences = []
    for seed in sample(range(STORIES), count, "stories of folders"):
        chance = Random(seed)  # noqa: S311 - a story repeats itself
        (folder := tmp_path / str(seed)).mkdir()
        story = PlanStory(cloud, PlannedFolder(folder, f"Story{seed}x{count or 'All'}", chance), counts)
        story.run(DEPLOYMENTS if count is None else DRAWN_DEPLOYMENTS)
        differences += story.differences

    print(dict(sorted(counts.items())))
    assert not differences, "\n".join(differences)
    if count is None:
        occurs = [
            *(f"action: {each}" for each in Action),
            *(f"edit: {each}" for each in EDITS),
            "failed",
            "with a base",
        ]
        assert [each for each in occurs if not counts[each]] == []


@pytest.mark.soak
def test_five_deployments_without_a_change_start_nothing(cloud: Cloud, tmp_path: Path) -> None:
    folder = PlannedFolder(tmp_path, "Repeated", Random(1))  # noqa: S311 - as above
    folder.add()
    story = PlanStory(cloud, folder, Counter())
    story.step()
    assert story.counts["started"] == 1
    for _ in range(5):
        story.step()

    assert (story.counts["started"], story.counts["action: nothing"], story.differences) == (1, 5, [])
