"""Fixtures of the handler's tests."""

import pytest

from handler.world import World, build_world


@pytest.fixture
def world() -> World:
    """A stack that is being created, and an empty batch service."""
    return build_world()
