"""What is uploaded of a function: its own package and the shared one, whoever synthesizes and wherever to."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack, Stage

import bedrock_batch
from cdk_bedrock_batch._function import staging
from cdk_bedrock_batch._function.staging import staged
from cdk_bedrock_batch._template.stack_view import StackView
from cdk_bedrock_batch.handler import BatchHandler

ROOT = Path(__file__).parents[2]
FUNCTION = "model_invocation_job"
# One of four processes. They wait for each other before each folder, and their disks are slow. CDK is not loaded.
RACER = """
import importlib.util, random, sys, time
from pathlib import Path

root, function, number, *outdirs = sys.argv[1:]
sys.path.insert(0, root + "/batch")
spec = importlib.util.spec_from_file_location("staging", root + "/constructs/cdk_bedrock_batch/_function/staging.py")
staging = importlib.util.module_from_spec(spec)
spec.loader.exec_module(staging)
rename, delays = Path.rename, random.Random(int(number))

def slowly(path, target):
    time.sleep(delays.random() / 100)
    return rename(path, target)

Path.rename = slowly
for outdir in map(Path, outdirs):
    outdir.with_suffix(f".{number}").touch()
    while len(list(outdir.parent.glob(f"{outdir.name}.*"))) < 4:
        time.sleep(0.0001)
    try:
        staging.staged(function, outdir)
    except Exception as failure:
        print(outdir.name, repr(failure))
print("done")
"""


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an environment into which the library was installed, and which is used from here on."""
    site = tmp_path / "site-packages"
    clean = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "lambda" / FUNCTION, site / "cdk_bedrock_batch" / "_lambda" / FUNCTION, ignore=clean)
    shutil.copytree(ROOT / "batch" / "bedrock_batch", site / "bedrock_batch", ignore=clean)
    monkeypatch.setattr(staging, "__file__", str(site / "cdk_bedrock_batch" / "_function" / "staging.py"))
    monkeypatch.setattr(bedrock_batch, "__file__", str(site / "bedrock_batch" / "__init__.py"))
    return site


def synthesized(folder: Path, **context: Any) -> list[Path]:
    """The code of the functions of an app with two stacks and one in a stage, as the CDK CLI would upload it."""
    app = App(outdir=str(folder), context=context)
    for scope, name in ((app, "One"), (app, "Two"), (Stage(app, "Stage"), "Three")):
        BatchHandler._of_stack(StackView.of(Stack(scope, name)))
    app.synth()
    found = []
    for manifest in folder.rglob("*.assets.json"):
        sources = [file["source"] for file in json.loads(manifest.read_text("utf-8"))["files"].values()]
        (code,) = [source["path"] for source in sources if source["packaging"] == "zip"]
        found.append(manifest.parent / code)
    assert len(found) == 3
    return found


def test_both_packages_lie_at_the_top_with_all_of_their_modules(tmp_path: Path) -> None:
    roots = {FUNCTION: ROOT / "lambda", "bedrock_batch": ROOT / "batch"}
    modules = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for package, root in roots.items()
        for path in (root / package).rglob("*.py")
        if not {"cli", "options", "plan", "schemas"} & set(path.relative_to(root).parts) and path.name != "__main__.py"
    }
    found = files(staged(FUNCTION, tmp_path))

    assert {name: content for name, content in found.items() if name.endswith(".py")} == modules
    assert set(found) - set(modules) == {"bedrock_batch/py.typed"}


def test_the_code_runs_from_there_alone(tmp_path: Path) -> None:
    folder = staged(FUNCTION, tmp_path)
    code = (
        f"import sys; sys.path.insert(0, {str(folder)!r}); import {FUNCTION}.index, {FUNCTION}.operations.update\n"
        "ours = [module for name, module in sys.modules.items() if name.startswith(('bedrock_batch', 'model_inv'))]\n"
        "print(*{module.__file__ for module in ours}, sep='\\n')"
    )
    run = subprocess.run([sys.executable, "-I", "-B", "-c", code], capture_output=True, text=True, check=True)

    assert len(run.stdout.splitlines()) > 40
    assert not [file for file in run.stdout.splitlines() if folder not in Path(file).parents]


@pytest.mark.usefixtures("installed")
def test_an_installed_library_uploads_the_same_as_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from_wheel = synthesized(tmp_path / "wheel")
    monkeypatch.undo()
    from_checkout = synthesized(tmp_path / "checkout")

    (name,) = {path.name for path in (*from_wheel, *from_checkout)}
    assert re.fullmatch("asset[.][0-9a-f]{64}", name)
    assert [files(path) for path in from_wheel] == [files(path) for path in from_checkout]


@pytest.mark.parametrize(
    ("left_over", "counts"),
    [
        ("bedrock_batch/__pycache__/x.cpython-311.pyc", False),
        ("bedrock_batch/run/x.pyc", False),
        ("bedrock_batch/.mypy_cache/x.py", False),
        ("bedrock_batch/cli/plan.py", False),
        ("bedrock_batch/plan/more.py", False),
        ("bedrock_batch/__main__.py", False),
        ("bedrock_batch/run/cli/plan.py", True),
        ("bedrock_batch/run/__main__.py", True),
        ("bedrock_batch/more.py", True),
        ("cdk_bedrock_batch/_lambda/model_invocation_job/core/__pycache__/x.pyc", False),
        ("cdk_bedrock_batch/_lambda/model_invocation_job/.x.py.swp", False),
        ("cdk_bedrock_batch/_lambda/model_invocation_job/more.py", True),
        ("cdk_bedrock_batch/_lambda/other/index.py", False),
    ],
)
def test_what_tools_leave_behind_and_the_command_line_are_left_out(
    installed: Path, tmp_path: Path, left_over: str, *, counts: bool
) -> None:
    before = files(staged(FUNCTION, tmp_path))
    (installed / left_over).parent.mkdir(parents=True, exist_ok=True)
    (installed / left_over).write_bytes(b"more")

    assert (files(staged(FUNCTION, tmp_path)) != before) is counts


def test_what_an_older_version_had_is_gone_from_an_old_assembly(tmp_path: Path) -> None:
    before = files(staged(FUNCTION, tmp_path))
    (staged(FUNCTION, tmp_path) / FUNCTION / "older.py").touch()

    assert files(staged(FUNCTION, tmp_path)) == before


def test_without_staging_the_code_is_still_there_to_be_uploaded(tmp_path: Path) -> None:
    (copied, *_), (in_place, *others) = (
        synthesized(tmp_path / folder, **context)
        for folder, context in (("on", {}), ("off", {"aws:cdk:disable-asset-staging": True}))
    )

    assert files(in_place) == files(copied)
    assert {*others} == {in_place}


def test_a_copy_of_read_only_folders_can_be_made_anew(installed: Path, tmp_path: Path) -> None:
    for path in (installed, *installed.rglob("*")):
        path.chmod(stat.S_IREAD | stat.S_IEXEC)
    staged(FUNCTION, tmp_path)

    assert staged(FUNCTION, tmp_path).joinpath(FUNCTION, "core").stat().st_mode & stat.S_IWUSR


@pytest.mark.parametrize("obstacle", ["file", "link", "other code"])
def test_what_lies_in_its_place_is_replaced(tmp_path: Path, obstacle: str) -> None:
    (tmp_path / "first").mkdir()
    expected = files(staged(FUNCTION, tmp_path / "first"))
    folder = tmp_path / "second" / f"function-{FUNCTION}"
    folder.parent.mkdir()
    if obstacle == "file":
        folder.touch()
    elif obstacle == "link":
        folder.symlink_to(tmp_path)
    else:
        (folder / "bedrock_batch").mkdir(parents=True)
        (folder / "bedrock_batch" / "older.py").touch()

    assert files(staged(FUNCTION, tmp_path / "second")) == expected
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert files(tmp_path / "first" / folder.name) == expected


def test_syntheses_at_the_same_time_into_one_folder_do_not_disturb_each_other(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = [future.result() for future in [pool.submit(staged, FUNCTION, tmp_path) for _ in range(40)]]

    assert len({*found}) == 1
    assert [path.name for path in tmp_path.iterdir()] == [f"function-{FUNCTION}"]


def test_processes_that_stage_into_one_folder_at_once_all_succeed(tmp_path: Path) -> None:
    """Nothing is in its place at first, or a file, or other code that each of them wants to take away."""
    (tmp_path / "alone").mkdir()
    expected = files(staged(FUNCTION, tmp_path / "alone"))
    outdirs = [tmp_path / f"{number}" for number in range(12)]
    for number, outdir in enumerate(outdirs):
        folder = outdir / f"function-{FUNCTION}"
        if number % 4 == 0:
            outdir.mkdir()
        elif number % 4 == 1:
            outdir.mkdir()
            folder.touch()
        else:
            (folder / "bedrock_batch").mkdir(parents=True)
            (folder / "bedrock_batch" / "older.py").touch()
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(ROOT), FUNCTION, f"{number}", *map(str, outdirs)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for number in range(4)
    ]
    try:
        assert [racer.communicate(timeout=120)[0] for racer in racers] == ["done\n"] * 4
    finally:
        for racer in racers:
            racer.kill()

    assert [[path.name for path in outdir.iterdir()] for outdir in outdirs] == [[f"function-{FUNCTION}"]] * 12
    assert [files(outdir / f"function-{FUNCTION}") == expected for outdir in outdirs] == [True] * 12
