"""One embedded AWS for the session, one account for each test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from local.cloud import Cloud, jsonl

from bedrock_batch_local import EmbeddedAws

_ACCOUNTS = itertools.count(100_000_000_000)


@pytest.fixture(scope="session")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws.start(manual_clock=True) as running:
        yield running


@pytest.fixture
def cloud(aws: EmbeddedAws) -> Cloud:
    """An empty account."""
    return Cloud(aws, str(next(_ACCOUNTS)))


@pytest.fixture
def other(aws: EmbeddedAws) -> Cloud:
    """A second account, with input and output buckets and 120 records."""
    return prepared(Cloud(aws, str(next(_ACCOUNTS))))


@pytest.fixture
def ready(cloud: Cloud) -> Cloud:
    """An account with input and output buckets and 120 records."""
    return prepared(cloud)


def prepared(cloud: Cloud) -> Cloud:
    cloud.bucket("in")
    cloud.bucket("out")
    cloud.upload(jsonl(120))
    return cloud


@pytest.fixture(scope="module")
def closed() -> Iterator[EmbeddedAws]:
    """A server of its own, so that what got in can be counted."""
    with EmbeddedAws.start(manual_clock=True) as running:
        running.client("s3").create_bucket(Bucket="prompts")
        yield running
