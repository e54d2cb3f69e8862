"""Seconds that `bedrock-batch plan` takes for 200 jobs, beside one synthesis of the same app.

Run from the root of a tree, which is the one measured:
`PYTHONPATH=constructs:batch:local:tests python bench/plan.py [repetitions] [deployed]`.

The jobs are files with 100 records each, in a repository of their own with this tree's `app.py` and `cdk.json`; one of
ten changes. Compared are one run of the app alone, a plan of two assemblies that are there already, a plan against a
Git ref, which runs the app twice, and with `deployed` a plan against the embedded AWS, to which the jobs were deployed.
Each is a process of its own, in turn, so that the machine's noise meets all alike. Seconds are medians; ratios are
taken run by run, beside the run of the app alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bedrock_batch_local.account import EmbeddedAccount
from bedrock_batch_local.callers import DEFAULT_REGION
from bedrock_batch_local.embedded import EmbeddedAws

_JOBS: Final = 200
_ACCOUNT: Final = "111122223333"
_ROOT: Final = Path.cwd()
_CHANGED: Final = 10
_BODY: Final = {
    "messages": [{"role": "user", "content": [{"text": "Which queue is this ticket for? Say the word only."}]}],
    "inferenceConfig": {"maxTokens": 64},
}
_PLAN: Final = [sys.executable, "-m", "bedrock_batch", "plan", "--json"]
_APP: Final = "one run of the app"


def _write(folder: Path) -> None:
    jobs = folder / "jobs"
    (jobs / "records").mkdir(parents=True)
    for name in ("app.py", "cdk.json"):
        shutil.copy(_ROOT / name, folder)
    (jobs / "defaults.yaml").write_text(
        "model: amazon.nova-lite-v1:0\ninvocation_type: Converse\nservice_role: shared\n"
        "storage: {removal_policy: destroy}\n"
    )
    for number in range(_JOBS):
        records = ({"recordId": f"R{number:04}{each:06}", "modelInput": _BODY} for each in range(100))
        (jobs / "records" / f"{number}.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in records))
        (jobs / f"job-{number:03}.yaml").write_text(f"name: job-{number:03}\ninput: records/{number}.jsonl\n")
    for command in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "jobs")):
        author = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", *author, *command], cwd=folder, check=True)


def _change(folder: Path) -> None:
    for number in range(0, _JOBS, _CHANGED):
        with (folder / "jobs" / f"job-{number:03}.yaml").open("a") as file:
            file.write('run_id: "2"\n')


def _synthesize(folder: Path, out: Path) -> None:
    context = {**json.loads((folder / "cdk.json").read_text())["context"], "aws:cdk:enable-path-metadata": True}
    environment = {**os.environ, "CDK_OUTDIR": str(out), "CDK_CONTEXT_JSON": json.dumps(context)}
    subprocess.run([sys.executable, "app.py"], cwd=folder, env=environment, check=True, capture_output=True)


def _seconds(name: str, command: list[str], folder: Path, environment: Mapping[str, str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - started
    if "plan" in command:
        starts = len(re.findall('"action": "replaces"', done.stdout))
        assert (done.returncode, starts) == (10, _JOBS // _CHANGED), (name, done.stderr)
    return took


def main() -> None:
    """Measure, and print a line for each."""
    numbers = [each for each in sys.argv[1:] if each.isdigit()]
    repetitions = int(numbers[0]) if numbers else 5
    with tempfile.TemporaryDirectory() as scratch, EmbeddedAws.start() as aws:
        folder, before, after = Path(scratch) / "app", Path(scratch) / "before", Path(scratch) / "after"
        _write(folder)
        _synthesize(folder, before)
        environment = {**os.environ, **aws.environment(_ACCOUNT, DEFAULT_REGION)}
        kinds = {
            _APP: [sys.executable, "-c", "import runpy; runpy.run_path('app.py', run_name='__main__')"],
            "two assemblies": [*_PLAN, "--app", str(after), "--base", str(before)],
            "a Git ref": [*_PLAN, "--base", "HEAD"],
        }
        if "deployed" in sys.argv:
            EmbeddedAccount(aws, _ACCOUNT).deploy(before)
            kinds["the deployed stack, from an assembly"] = [*_PLAN, "--app", str(after)]
            kinds["the deployed stack"] = _PLAN
        _change(folder)
        _synthesize(folder, after)
        context = json.loads((folder / "cdk.json").read_text())["context"]
        environment |= {"CDK_CONTEXT_JSON": json.dumps(context)}
        found: dict[str, list[float]] = {name: [] for name in kinds}
        for _ in range(repetitions):
            for name, command in kinds.items():
                found[name].append(_seconds(name, command, folder, environment))
    for name, seconds in found.items():
        ratios = [one / other for one, other in zip(seconds, found[_APP], strict=True)]
        print(f"{name}: {statistics.median(seconds):.2f} s, {statistics.median(ratios):.2f} times {_APP}")


if __name__ == "__main__":
    main()
