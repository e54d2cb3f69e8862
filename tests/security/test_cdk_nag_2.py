"""cdk-nag 2 itself, installed beside cdk-nag 3: it finds what is acknowledged, and nothing with suppressions."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from pinned import installed

from security.assembly import APP_FLAGS, STACK, Assembly
from security.nag_2 import OPEN_BUCKET
from security.rule_packs import of_the_library
from unit.pages import blocks, needs_cdk_nag_2

pytestmark = pytest.mark.soak  # it asks a package registry, once for each checkout

_ROOT: Final = Path(__file__).parents[2]
_OPEN: Final = f"{STACK}/{OPEN_BUCKET}"


@pytest.fixture(scope="module")
def python(pytestconfig: pytest.Config) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs this interpreter with cdk-nag 2, which is kept in pytest's cache."""
    package = installed(pytestconfig, "requirements-nag-2.txt")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        roots = [_ROOT / name for name in ("constructs", "lambda", "local", "batch", "tests")]
        environment = {
            **os.environ,
            "CDK_VALIDATION": "false",
            "PYTHONPATH": os.pathsep.join(map(str, [package, *roots])),
        }
        return subprocess.run(
            [sys.executable, *arguments], cwd=_ROOT, env=environment, capture_output=True, text=True, check=False
        )

    return run


def findings(run: subprocess.CompletedProcess[str]) -> set[tuple[str, str]]:
    assert run.returncode == 0, run.stderr
    return {(path, finding) for path, finding in json.loads(run.stdout)}


def test_what_is_acknowledged_is_what_cdk_nag_2_finds(
    python: Callable[..., subprocess.CompletedProcess[str]], assemblies: Callable[[str], Assembly], tmp_path: Path
) -> None:
    found = of_the_library(findings(python("-m", "security.nag_2", str(tmp_path / "out"), "bare")))

    acknowledged = {(path, finding) for path, finding, _ in assemblies(APP_FLAGS).acknowledged}
    assert {(path, finding) for path, finding in found if path != _OPEN} == acknowledged


def test_with_suppressions_cdk_nag_2_finds_what_is_the_users_and_nothing_else(
    python: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    found = of_the_library(findings(python("-m", "security.nag_2", str(tmp_path / "out"), "suppressed")))

    assert {path for path, _ in found} == {_OPEN}
    assert len(found) > 5


@pytest.mark.parametrize("block", [each for each in blocks("python") if needs_cdk_nag_2(each.values[0])])
def test_the_page_leaves_no_finding_which_without_its_line_there_are(
    block: str,
    python: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = "Aspects.of(app).add(CdkNag2Suppressions())\n"
    assert line in block
    left = []
    for number, code in enumerate((block, block.replace(line, ""))):
        monkeypatch.setenv("CDK_OUTDIR", str(tmp_path / str(number)))
        run = python("-c", code)
        assert run.returncode == 0, run.stderr
        left.append(
            "contains wildcard permissions" in (tmp_path / str(number) / "Support.metadata.json").read_text("utf-8")
        )

    assert left == [False, True]
