"""`make live` as it is run, with the real CDK CLI, on embedded services that answer open questions in both ways."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from live.catalog import KEYS, QUESTIONS

ROOT = Path(__file__).parents[2]
CONTRARY = {
    "names_profile": False,
    "checks_invoke": False,
    "checks_profile_on_create": False,
    "young_bucket_failures": 1,
    "keeps_folders": False,
    "frees_ended_names": True,
    "ended_stop_error": "ConflictException",
    "running_stop_conflicts": 1,
}


def live(report: Path, quirks: dict[str, Any], *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "live", "--embedded", "--yes", "--quiet", "--vpc", "--wait", "60", *more]
    return subprocess.run(
        [*command, "--report", str(report), "--quirks", json.dumps(quirks)],
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.soak  # deploys five stacks, one of them twice in the contrary world
@pytest.mark.parametrize("is_contrary", [False, True], ids=["as seen", "contrary"])
def test_every_question_is_answered_and_everything_is_removed(tmp_path: Path, is_contrary: bool) -> None:
    done = live(
        tmp_path / "report.md",
        CONTRARY if is_contrary else {},
        "--global-profile",
        "global.amazon.nova-2-lite-v1:0",
    )
    text = (tmp_path / "report.md").read_text("utf-8")
    seen = dict(re.findall(r"^\| `([a-z0-9-]+)` \| [^|]* \| \*\*(.+?)\*\* \|", text, re.MULTILINE))
    holds = dict(re.findall(r"^\| (A\d) \| [^|]* \| ([^|]+?) \|", text, re.MULTILINE))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything was removed." in text
    assert "111122223333" not in text
    assert seen.keys() == KEYS - {question.key for question in QUESTIONS if question.steps}
    a1_and_a2 = dict.fromkeys(("A1", "A2"), "**no**" if is_contrary else "**yes**")
    others = dict.fromkeys(("A3", "A5"), "**yes**") | {"A4": "yes, for small answers", "A6": "by hand"}
    assert holds == a1_and_a2 | others | {"A7": "**yes**"}
    assert ("A1 does not hold: another `run_id`, and `BatchModel.from_model_id(" in done.stdout) is is_contrary
    assert seen["profile-key"] == seen["global-keys"] == ("no" if is_contrary else "yes")
    assert seen["young-bucket"] == ("yes" if is_contrary else "not seen")
    assert seen["nested-output"] == ("side by side" if is_contrary else "in their folders")
    assert (seen["whole-bucket"], seen["own-key"], seen["network"]) == ("yes", "yes", "yes")


@pytest.mark.soak  # as above
def test_a_model_that_has_no_batch_leaves_nothing_and_is_told(tmp_path: Path) -> None:
    done = live(tmp_path / "report.md", {}, "--foundation-model", "anthropic.claude-haiku-4-5-20251001-v1:0")
    text = (tmp_path / "report.md").read_text("utf-8")

    assert done.returncode == 1
    assert "The provided model identifier is invalid" in text.partition("## Not asked")[2]
    assert "Everything was removed." in text


@pytest.mark.soak  # as above
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("line", ["Publishing foundation-job", "asking CloudFormation"])
def test_an_interrupted_run_removes_everything(tmp_path: Path, line: str, number: signal.Signals) -> None:
    command = [sys.executable, "-u", "-m", "live", "--embedded", "--yes", "--wait", "60"]
    with subprocess.Popen(
        [*command, "--report", str(tmp_path / "report.md")], cwd=ROOT / "tests", stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        lines = iter(run.stdout)
        assert any(line in each for each in lines)
        run.send_signal(number)
        rest = "".join(lines)
    text = (tmp_path / "report.md").read_text("utf-8")

    assert run.returncode == 1
    # Nothing that was under way goes on.
    assert "deploying..." not in rest.partition("removing everything")[2]
    assert "* the rest: interrupted" in text
    assert "Everything was removed." in text
