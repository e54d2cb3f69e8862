"""Fixtures of the handler's tests."""

import random

import pytest

from handler.world import World, build_world


@pytest.fixture
def world() -> World:
    """A stack that is being created, and an empty batch service."""
    return build_world()


@pytest.fixture
def whole_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wait takes the longest time that chance may draw."""
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
