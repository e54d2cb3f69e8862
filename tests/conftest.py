"""How the tests are spread over processes: what shares something costly stays together."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # pytest-xdist has no types

_TESTS = Path(__file__).parent
# Its files share what was deployed into one embedded AWS.
_TOGETHER = "security/proof"
# The longest first, so that no process is left alone with one at the end.
_FIRST = (_TOGETHER, "e2e")


class _ByFile(LoadScopeScheduling):  # type: ignore[misc] # as above
    """Gives each file, and that folder, to one process as a whole.

    The groups of `--dist loadgroup` would depend on node ids that pytest does not read again.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = str(nodeid.partition("::")[0])
        return _TOGETHER if f"tests/{_TOGETHER}/" in file else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _ByFile:
    """Takes the place of the scheduler that `--dist` names."""
    return _ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the order, but for those that come first."""
    items.sort(key=lambda item: not item.path.relative_to(_TESTS).as_posix().startswith(_FIRST))
