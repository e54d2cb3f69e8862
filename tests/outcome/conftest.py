"""Fixtures of the tests of the outcome function."""

import pytest

from outcome.world import World, build_world


@pytest.fixture
def world() -> World:
    """A stack whose jobs ask for an outcome, and whose jobs end only when a test lets them."""
    return build_world()
