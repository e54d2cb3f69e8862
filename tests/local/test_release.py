"""The embedded AWS uses private parts of MiniStack, so it starts with the pinned release alone and says so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bedrock_batch_local.demo import __main__ as demo
from bedrock_batch_local.embedded import EmbeddedAws, StartError
from bedrock_batch_local.emulator import release

ROOT = Path(__file__).parents[2]
SENTENCE = (
    f"MiniStack must be {release.PINNED}, got 9.9.9; install the extra [local]: "
    "pip install '.[local]' in a clone, else 'cdk-bedrock-batch[local]'"
)


def start(folder: Path, found: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Start the server where the release ``found`` of MiniStack seems to be installed."""
    metadata = folder / f"ministack-{found}.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.1\nName: ministack\nVersion: {found}\n")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT / "local")])}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=20)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["bedrock_batch_local"], f"error: {SENTENCE}\n"),
        (["bedrock_batch_local.server.child", "{}"], f"{SENTENCE}\n"),
    ],
    ids=["by hand", "by a test or the demo"],
)
def test_with_another_release_of_ministack_one_sentence_tells_what_to_do(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    run = start(tmp_path, "9.9.9", *arguments)

    assert (run.returncode, run.stdout, run.stderr) == (1, "", told)


def test_the_demo_tells_why_the_embedded_aws_did_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_settings: object) -> EmbeddedAws:
        raise StartError(f"the embedded AWS did not start: {SENTENCE}")

    monkeypatch.setattr(EmbeddedAws, "start", fail)
    monkeypatch.setattr(sys, "argv", ["demo", "--jobs", str(ROOT / "jobs")])
    monkeypatch.setattr(sys.stdout, "reconfigure", lambda **_options: None, raising=False)

    assert demo.main() == 1
    assert capsys.readouterr().err == f"the embedded AWS did not start: {SENTENCE}\n"


@pytest.mark.parametrize("file", ["pyproject.toml", "requirements-dev.in", "requirements-dev.txt"])
def test_the_pinned_release_is_the_one_that_is_installed_with_the_extra(file: str) -> None:
    pins = re.findall(r"ministack==([\w.]+)", (ROOT / file).read_text("utf-8"))

    assert pins == [release.PINNED]
