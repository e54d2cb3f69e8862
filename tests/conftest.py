"""How the tests are spread over processes: what shares something costly stays together."""

from __future__ import annotations

from pathlib import Path

import pytest

_TESTS = Path(__file__).parent
# Folders whose tests share one embedded AWS and what was deployed into it.
_TOGETHER = ("e2e", "security/proof")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test of such a folder, and else each file, a group of its own for `--dist loadgroup`."""
    for item in items:
        path = item.path.relative_to(_TESTS).as_posix()
        group = next((folder for folder in _TOGETHER if path.startswith(f"{folder}/")), path)
        item.add_marker(pytest.mark.xdist_group(group))
    # The largest groups first, so that no process is left alone with one at the end.
    items.sort(key=lambda item: not item.path.relative_to(_TESTS).as_posix().startswith(_TOGETHER))
