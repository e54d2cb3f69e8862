"""How a command ends: streams that cannot be written, signals, and errors of the program."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from batch.cli.fake_aws import Fake, faked
from batch.cli.made import ARN


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fake:
    return faked(monkeypatch, capsys)


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"recordId": f"r{n}", "modelInput": {}}) + "\n" for n in range(100)))
    return str(path)


# The other ways to lose a stream are those of every system.
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")

# The command line on a job of nine records. Standard streams are those of the process.
ROWS = """
import sys
from batch.cli.fake_aws import Aws, FakeAws, answers, main, records
fake = FakeAws()
Aws.client = fake.client
arn = fake.add("a")
fake.objects = {"in/x.jsonl": records(9), f"out/{arn.rpartition('/')[2]}/x.jsonl.out": answers(9)}
sys.exit(main([each.replace("ARN", arn) for each in sys.argv[1:]]))
"""


@pytest.mark.parametrize(
    ("arguments", "redirection", "code", "text"),
    [
        pytest.param(
            ["check", "FILE"], ">/dev/full", 6, "cannot write standard output: No space left on device", marks=FULL
        ),
        (["check", "FILE"], ">&-", 6, "cannot write standard output: it is closed"),
        (["check", "FILE", "--json"], ">&-", 6, "cannot write standard output: it is closed"),
        pytest.param(
            ["results", "ARN"], ">/dev/full", 6, "cannot write standard output: No space left on device", marks=FULL
        ),
        (["results", "ARN"], ">&-", 6, "cannot write standard output: it is closed"),
        (["status", "ARN", "--json"], ">&-", 6, "cannot write standard output: it is closed"),
        pytest.param(["results", "ARN"], ">/dev/null 2>/dev/full", 6, None, marks=FULL),
        (["results", "ARN"], ">/dev/null 2>&-", 0, None),
        pytest.param(["check", "no.jsonl"], "2>/dev/full", 6, None, marks=FULL),
    ],
)
def test_a_standard_stream_that_cannot_be_written_is_one_sentence(
    small: str, arguments: list[str], redirection: str, code: int, text: str | None
) -> None:
    words = [small if each == "FILE" else each for each in arguments]
    run = subprocess.run(
        ["sh", "-c", f'"$0" -c "$1" {shlex.join(words)} {redirection}', sys.executable, ROWS],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stdout) == (code, "")
    if text is None:
        assert run.stderr == ""
    elif "--json" in arguments:
        assert json.loads(run.stderr)["error"] == {"message": text, "exitCode": code}
    else:
        assert run.stderr == f"bedrock-batch: {text}\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_an_error_of_the_program_is_one_sentence_without_its_text(fake: Fake, as_json: bool) -> None:
    fake.aws.jobs[ARN] = LookupError("text of a record")
    code, out, err = fake("status", ARN, *(["--json"] if as_json else []))
    message = json.loads(err)["error"]["message"] if as_json else err

    assert (code, out) == (7, "")
    assert re.search(r"an error of this program: LookupError in [a-z_]+\.py, line \d+; please report it", message)
    assert "record" not in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_leaves_no_temporary_file(fake: Fake, tmp_path: Path, name: str, code: int) -> None:
    arn, number = fake.aws.add("a"), getattr(signal, name)

    def killed() -> bytes:
        assert [*tmp_path.iterdir()]
        os.kill(os.getpid(), number)
        return b""

    fake.aws.objects["in/x.jsonl"] = killed
    done = fake("results", arn, "-o", str(tmp_path / "rows.csv"))

    assert done == (code, "", "")
    assert [*tmp_path.iterdir()] == []
    assert signal.getsignal(number) == signal.SIG_DFL


def test_a_signal_that_is_ignored_stays_ignored(fake: Fake) -> None:
    arn = fake.aws.add("a")
    shown = fake.aws.jobs[arn]

    def hung_up() -> dict[str, object]:
        os.kill(os.getpid(), signal.SIGHUP)
        return dict(shown)

    fake.aws.jobs[arn] = hung_up
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert fake("status", arn)[0] == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_signal_in_watch_says_that_the_job_still_runs(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = fake.aws.add("a", status="InProgress")
    monkeypatch.setattr("time.sleep", lambda _: os.kill(os.getpid(), signal.SIGTERM))
    code, _, err = fake("watch", arn)

    assert (code, err) == (143, "bedrock-batch: not watched any more; still running: a\n")
