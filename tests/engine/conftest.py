"""An engine whose clock stands still, and a client of it."""

from __future__ import annotations

import pytest
from engine.jobs import client_of

from bedrock_batch_local import BatchEngine, InProcessClient, ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def engine(clock: ManualClock) -> BatchEngine:
    return BatchEngine(clock)


@pytest.fixture
def client(engine: BatchEngine) -> InProcessClient:
    return client_of(engine)
