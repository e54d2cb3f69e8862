"""How the tests are spread over processes: what shares something costly stays together."""

from __future__ import annotations

from pathlib import Path

import draws
import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # pytest-xdist has no types

_TESTS = Path(__file__).parent
# The files of each of them share what is costly: a deployment into one embedded AWS, the synthesis of every
# configuration. The first that fits counts.
_TOGETHER = ("e2e/deployments", "security/proof", "security")
# The longest first, so that no process is left alone with one at the end: over a minute, then over ten seconds.
_FIRST = (
    *_TOGETHER,
    "lifecycle/scenarios/test_delivery",
    "lifecycle/test_crash_sweep",
    "local/test_server",
    "unit/test_app",
    "unit/test_money_table",
    "unit/test_synthesis",
    "e2e",
)


class _ByFile(LoadScopeScheduling):  # type: ignore[misc] # as above
    """Gives each file, and those folders, to one process as a whole.

    The groups of `--dist loadgroup` would depend on node ids that pytest does not read again.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = str(nodeid.partition("::")[0])
        return next((folder for folder in _TOGETHER if f"tests/{folder}/" in file), file)


def pytest_configure() -> None:
    """Sets what samples depend on before other processes are started, so that it is the same in all."""
    draws.seed()


def pytest_report_header() -> str:
    """Said in each run."""
    return draws.again()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _ByFile:
    """Takes the place of the scheduler that `--dist` names."""
    return _ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the order, but for those that come first."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    path = item.path.relative_to(_TESTS).as_posix()
    return next((turn for turn, first in enumerate(_FIRST) if path.startswith(first)), len(_FIRST))
