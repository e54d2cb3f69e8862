"""Fixtures for the tests of stacks: `pytest_plugins = ["bedrock_batch_local.pytest_plugin"]` in the root conftest.py.

No entry point of pytest: that would load this package into the test run of everybody who has installed the library.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from bedrock_batch_local.account import EmbeddedAccount
from bedrock_batch_local.callers import DEFAULT_REGION
from bedrock_batch_local.embedded import EmbeddedAws

_FIRST_ACCOUNT = 100_000_000_000


@pytest.fixture(scope="session")
def embedded_aws_factory() -> Iterator[Callable[..., EmbeddedAccount]]:
    """Gives another empty account at each call. One server of this process has them all, until the session ends.

    Use it for an account that several tests share, or for stacks with an `env`: `account=` and `region=` choose what
    that names. With pytest-xdist each process has a server of its own.
    """
    numbers = itertools.count(_FIRST_ACCOUNT)
    with EmbeddedAws.start() as aws:

        def make(account: str | None = None, region: str = DEFAULT_REGION) -> EmbeddedAccount:
            return EmbeddedAccount(aws, account or str(next(numbers)), region)

        yield make


@pytest.fixture
def embedded_aws(embedded_aws_factory: Callable[..., EmbeddedAccount]) -> EmbeddedAccount:
    """An empty account for one test, in us-east-1."""
    return embedded_aws_factory()
