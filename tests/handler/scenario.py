"""The number of a scenario, carried by the test that shows it."""

from collections.abc import Callable
from typing import TypeVar

_Test = TypeVar("_Test", bound=Callable[..., None])


def scenario(number: int) -> Callable[[_Test], _Test]:
    """Say which of the numbered scenarios a test shows; test_all_scenarios.py reads it."""

    def numbered(test: _Test) -> _Test:
        test.__dict__["scenario"] = number
        return test

    return numbered
