"""What the checkers share: every configuration, declared and written once for each variant."""

import os
from collections.abc import Callable
from functools import cache

import pytest

# CDK's own validation takes seconds; where it is the thing under test it is asked for by hand.
os.environ.setdefault("CDK_VALIDATION", "false")

from security.assembly import VARIANTS, Assembly, Stacks


@pytest.fixture(scope="session")
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Assembly]:
    """Variant to every configuration under it."""
    return cache(lambda variant: Assembly.of(VARIANTS[variant], tmp_path_factory.mktemp("assembly")))


@pytest.fixture(params=list(VARIANTS))
def assembly(request: pytest.FixtureRequest, assemblies: Callable[[str], Assembly]) -> Assembly:
    """Every configuration, under each variant in turn."""
    return assemblies(request.param)


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Stacks:
    """Every configuration as a stack of its own."""
    return Stacks.written(tmp_path_factory.mktemp("stacks"))
