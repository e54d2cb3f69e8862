"""One embedded AWS for the deployments of a file: the examples have stacks of the same names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bedrock_batch_local.embedded import EmbeddedAws
from e2e.cloud import ACCOUNT, REGION, SPEED, Cloud
from examples.web import Web, web


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An embedded AWS, bootstrapped by the real CLI."""
    folder = tmp_path_factory.mktemp("cloud")
    with EmbeddedAws.start(speed=SPEED) as aws:
        cloud = Cloud(aws, folder)
        cloud.cli(folder / "bootstrap").bootstrap(ACCOUNT, REGION)
        yield cloud


@pytest.fixture
def service() -> Iterator[Web]:
    """The comments of a pull request or merge request."""
    with web() as server:
        yield server
