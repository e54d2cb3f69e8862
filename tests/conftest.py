"""How the tests are spread over processes: what shares something costly stays together."""

from __future__ import annotations

from pathlib import Path

import draws
import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # pytest-xdist has no types

_TESTS = Path(__file__).parent
# The files of each of them share what is costly: a deployment into one embedded AWS, the synthesis of every
# configuration. The first that fits counts.
_TOGETHER = ("e2e/deployments", "e2e/outcomes", "security/proof", "security")
# The longest first, so that no process is left alone with one at the end: over a minute, then over ten seconds.
_FIRST = (
    "security",
    "e2e/deployments",
    "e2e/outcomes",
    "security/proof",
    "lifecycle/scenarios/test_delivery.py",
    "lifecycle/test_crash_sweep.py",
    "local/test_server.py",
    "unit/test_app.py",
    "unit/test_money_table.py",
    "unit/test_synthesis.py",
    "e2e/test_demo.py",
    "e2e/test_wheel.py",
)


def _group(path: str) -> str:
    """The folder or the file that one process runs as a whole, of a path under `tests`."""
    return next((folder for folder in _TOGETHER if path.startswith(f"{folder}/")), path)


class _ByFile(LoadScopeScheduling):  # type: ignore[misc] # as above
    """Gives each file, and those folders, to one process as a whole.

    The groups of `--dist loadgroup` would depend on node ids that pytest does not read again.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _group(str(nodeid.partition("::")[0]).removeprefix("tests/"))


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
    group = _group(item.path.relative_to(_TESTS).as_posix())
    return _FIRST.index(group) if group in _FIRST else len(_FIRST)
