"""One embedded AWS for all deployments of a test run, bootstrapped once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bedrock_batch_local.embedded import EmbeddedAws
from e2e.cloud import ACCOUNT, REGION, SPEED, Cloud
from e2e.prompts import many, write_prompts

# Enough for a job to be alive at the end of each test.
RECORDS = 5000


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An embedded AWS, bootstrapped by the real CLI."""
    os.environ["CDK_VALIDATION"] = "false"
    folder = tmp_path_factory.mktemp("cloud")
    with EmbeddedAws.start(speed=SPEED) as aws:
        cloud = Cloud(aws, folder)
        cloud.cli(folder / "bootstrap").bootstrap(ACCOUNT, REGION)
        yield cloud


@pytest.fixture(scope="session")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of records that keeps a job busy for longer than any test."""
    return write_prompts(tmp_path_factory.mktemp("prompts") / "rivers.jsonl", many(RECORDS, "rivers"))


@pytest.fixture(scope="session")
def other_prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Other prompts of the same size."""
    return write_prompts(tmp_path_factory.mktemp("prompts") / "bridges.jsonl", many(RECORDS, "bridges"))
