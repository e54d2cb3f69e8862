"""The app of a plan runs in a process of its own, as the CDK CLI runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batch.cli.planned_app import Planned, Project

from bedrock_batch.cli.main import main


def test_context_is_that_of_the_files_and_then_of_the_command_line(project: Project, plan: Planned) -> None:
    before = project.synth("before.out")
    assert plan("--base", str(before), "-c", "run_id=1")[0] == 0
    assert plan("--base", str(before), "-c", "run_id=2")[0] == 10

    project.write({"Stack": "1"}, context={"run_id": "3"})
    assert plan("--base", str(before))[0] == 10
    (project.folder / "cdk.context.json").write_text('{"run_id": "1"}')
    assert plan("--base", str(before))[0] == 0
    assert plan("--base", str(before), "--context", "other=x=y", "-c", "run_id=4")[0] == 10


def test_the_build_runs_before_the_app(project: Project, plan: Planned) -> None:
    before = project.synth("before.out")
    project.write({"Stack": "1"}, build="""echo '{"Stack": "7"}' > stacks.json""")
    assert plan("--base", str(before))[:2] == (10, {"Stack": "replaces"})

    project.write({"Stack": "1"}, build="echo no; exit 2")
    assert plan("--base", str(before))[2]["error"]["message"] == "the app failed with exit code 2:\nno"


def test_the_app_of_a_configuration_may_be_an_assembly(project: Project, plan: Planned) -> None:
    before = project.synth("before.out")
    (project.folder / "cdk.json").write_text(json.dumps({"app": str(before)}))
    assert plan("--base", str(before))[:2] == (0, {"Stack": "nothing"})

    (project.folder / "empty").mkdir()
    code, _, found = plan("--app", "empty", "--base", str(before))
    assert code == 9
    assert found["error"]["message"].endswith("/empty has no manifest.json, so it is no folder like cdk.out")


def test_a_context_that_no_variable_holds_comes_in_a_file(project: Project, plan: Planned) -> None:
    before = project.synth("before.out")
    project.write({"Stack": "1"}, context={"run_id": "2", **{f"key-{n}": "x" * 1000 for n in range(300)}})

    assert plan("--base", str(before))[:2] == (10, {"Stack": "replaces"})


def test_what_a_failing_app_said_is_told(project: Project, plan: Planned) -> None:
    before = project.synth("before.out")
    project.write({"Stack": "1"}, app="echo first; echo error: jobs/a.yaml:3: wrong >&2; exit 1")

    code, _, found = plan("--base", str(before))
    assert code == 9
    assert found["error"]["message"] == "the app failed with exit code 1:\nfirst\nerror: jobs/a.yaml:3: wrong"

    project.write({"Stack": "1"}, app="yes long | head -c 1000000; exit 1")
    assert len(plan("--base", str(before))[2]["error"]["message"]) < 10_000


@pytest.mark.parametrize(
    ("app", "text"),
    [
        ("true", "the app ended well, but wrote no assembly"),
        ('mkdir -p "$CDK_OUTDIR"; echo [] > "$CDK_OUTDIR/manifest.json"', "is no file of an assembly"),
        ('mkdir -p "$CDK_OUTDIR"; echo { > "$CDK_OUTDIR/manifest.json"', "is no file of an assembly"),
        (
            'mkdir -p "$CDK_OUTDIR"; echo \'{"missing": [{"key": "vpc"}]}\' > "$CDK_OUTDIR/manifest.json"',
            "the app needs values that only AWS can tell (context lookups): run cdk synth",
        ),
    ],
)
def test_an_app_that_leaves_no_whole_assembly_failed(project: Project, plan: Planned, app: str, text: str) -> None:
    before = project.synth("before.out")
    project.write({"Stack": "1"}, app=app)

    code, _, found = plan("--base", str(before))
    assert code == 9
    assert text in found["error"]["message"]


def test_without_an_app_the_options_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Project, plan: Planned
) -> None:
    before = project.synth("before.out")
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    assert plan("--base", str(before))[2]["error"]["message"].endswith("name the app with --app")

    (empty / "cdk.json").write_text("{")
    code, _, found = plan("--base", str(before))
    assert (code, found["error"]["message"]) == (6, f"{empty}/cdk.json is not JSON")


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_an_app_ends_with_the_command(tmp_path: Path, name: signal.Signals) -> None:
    project = Project(tmp_path / "project")
    project.write({"Stack": "1"}, app="echo $$ > pid; exec sleep 300")
    before = Project(tmp_path / "before")
    before.write({"Stack": "1"})
    command = [sys.executable, "-m", "bedrock_batch", "plan", "--base", str(before.synth("out"))]
    process = subprocess.Popen(command, cwd=project.folder, start_new_session=True)
    pid = project.folder / "pid"
    while not (pid.exists() and pid.read_text().strip()):
        time.sleep(0.02)
    # The app may be faster than the start of the process that waits for it.
    time.sleep(0.5)
    # Ctrl-C reaches all processes of a terminal.
    os.killpg(process.pid, name) if name is signal.SIGINT else process.send_signal(name)

    assert process.wait(30) == 128 + name
    deadline = time.monotonic() + 30
    while _runs(int(pid.read_text())):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    os.kill(pid, 0)
    # A process that has ended waits for its parent.
    return state != "Z"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["-c", "x"], "argument -c/--context: must be KEY=VALUE, got x"),
        (["-c", "=x"], "argument -c/--context: must be KEY=VALUE, got =x"),
        (["--app", ""], "--app must name a command or a folder like cdk.out"),
        (["--json", "--markdown"], "--markdown and --json are two forms of the same; name one of them"),
        (["--max-tokens", "9" * 5000], "argument --max-tokens: must be a whole number above zero, got " + "9" * 20),
        (["--max-records", "0"], "argument --max-records: must be a whole number above zero, got 0"),
        (["--max-tokens", "1.5"], "argument --max-tokens: must be a whole number above zero, got 1.5"),
        (["--max-usd=-1"], "argument --max-usd: must be a number of USD, zero or more, got -1"),
        (["--max-usd", "nan"], "argument --max-usd: must be a number of USD, zero or more, got nan"),
        (["--max-usd", "x"], "argument --max-usd: must be a number of USD, zero or more, got x"),
    ],
)
def test_a_wrong_option_is_told(arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", *arguments]) == 2
    err = capsys.readouterr().err
    err = json.loads(err)["error"]["message"] if "--json" in arguments else err.removeprefix("bedrock-batch: ").rstrip()
    assert err.partition("; see bedrock-batch")[0] == text


def test_a_ceiling_of_all_that_starts_is_compared(project: Project, plan: Planned) -> None:
    before = project.synth("before.out")
    project.write({"Stack": "1", "Other": "1"})

    code, _, found = plan("--base", str(before), "--max-records", "5", "--max-usd", "0.5")
    assert code == 11
    assert found["ceilings"] == [
        "--max-records is 5, and nobody can tell the records of 1 of the 1 paid job.",
        "--max-usd is 0.5, and nobody can tell the USD of 1 of the 1 paid job.",
    ]
    assert json.dumps(found["isAboveCeiling"]) == "true"
