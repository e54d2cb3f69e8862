"""One embedded AWS for the deployments whose tests move the time of jobs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import draws
import pytest

from e2e.outcome_cloud import OutcomeCloud
from e2e.outcome_story import JOBS, Story, run, upload_records
from e2e.told_stack import ToldStack

OWN_STACKS = [Path(__file__).with_name(f"test_outcome_{name}.py") for name in ("refusals", "updates")]


@pytest.fixture(scope="session")
def outcome_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutcomeCloud]:
    """An embedded AWS with a clock of its own, and the records of the story's jobs."""
    with OutcomeCloud.start(tmp_path_factory.mktemp("outcomes")) as cloud:
        upload_records(cloud, JOBS)
        yield cloud


@pytest.fixture(scope="session")
def story(outcome_cloud: OutcomeCloud, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """What was told of jobs that reached every end."""
    return run(outcome_cloud, tmp_path_factory.mktemp("told"))


@pytest.fixture
def stack(outcome_cloud: OutcomeCloud, tmp_path: Path, request: pytest.FixtureRequest) -> ToldStack:
    """A stack with a name of its own."""
    digest = hashlib.sha256(request.node.name.encode()).hexdigest()[:8]
    return ToldStack(outcome_cloud, tmp_path, f"Told{digest}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of the tests that deploy stacks of their own, `make test` draws one. `make soak` has all."""
    own = [item for item in items if item.path in OWN_STACKS and "story" not in getattr(item, "fixturenames", ())]
    is_whole = "not soak" not in config.getoption("markexpr")
    drawn = [] if is_whole else draws.sample(own, 1, "updates of outcomes")
    for item in own:
        if item not in drawn:
            item.add_marker(pytest.mark.soak)
