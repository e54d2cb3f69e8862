"""Seconds that a folder of 200 job files takes to read and to synthesize, beside one file and beside Python.

Run from the root of a tree, which is the one measured:
`PYTHONPATH=constructs:batch:tests python bench/job_folder.py [repetitions]`.

Each job has a file of 100 records of its own, in turn in the form of InvokeModel and of Converse. The context is that
of `cdk.json`, without CDK's checks of the template, which take longer than all else. Every run is a process of its
own, in turn over what is compared, so that the machine's noise meets all of them alike; importing CDK and starting the
kernel are not counted. Seconds are medians. The ratio is taken run by run: to declare and synthesize the files, which
includes reading them, beside the same jobs in Python.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from aws_cdk import App, Duration, Stack

from bedrock_batch.limits import STACK_RESOURCES, TEMPLATE_BYTES
from cdk_bedrock_batch import BatchModel, JobInput, ModelInvocationJob, declare_job_files, read_job_files

_MODELS: Final = {
    "InvokeModel": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "Converse": "amazon.nova-lite-v1:0",
}
_ASKED: Final = "Which of the queues billing, shipping and returns is this ticket for? Say the word only."
_BODIES: Final = {
    "InvokeModel": {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 64,
        "messages": [{"role": "user", "content": _ASKED}],
    },
    "Converse": {"messages": [{"role": "user", "content": [{"text": _ASKED}]}], "inferenceConfig": {"maxTokens": 64}},
}
# Number of jobs, and of folders. No folders: the jobs are declared in Python.
_KINDS: Final = {
    "1 file": (1, 1),
    "1 job in Python": (1, 0),
    "200 files": (200, 1),
    "200 files in 4 folders": (200, 4),
    "200 jobs in Python": (200, 0),
}


def _form(number: int) -> str:
    return list(_MODELS)[number % len(_MODELS)]


def _write(top: Path, jobs: int, folders: int) -> None:
    (top / "records").mkdir(parents=True)
    for number in range(jobs):
        form = _form(number)
        records = ({"recordId": f"R{number:04}{each:06}", "modelInput": _BODIES[form]} for each in range(100))
        lines = "".join(f"{json.dumps(record)}\n" for record in records)
        (top / "records" / f"{number}.jsonl").write_text(lines)
        folder = top if folders < 2 else top / f"team-{number % folders}"
        folder.mkdir(exist_ok=True)
        up = "../" if folder != top else ""
        (folder / f"job-{number:03}.yaml").write_text(
            f"name: job-{number:03}\nmodel: {_MODELS[form]}\ninput: {up}records/{number}.jsonl\n"
            f"invocation_type: {form}\ntimeout_hours: 48\ntags:\n  team: support\n  number: {number}\n"
        )


def _declare(app: App, top: Path, jobs: int) -> None:
    stack = Stack(app, "BedrockBatchJobs")
    for number in range(jobs):
        ModelInvocationJob(
            stack,
            f"job-{number:03}-job",
            model=BatchModel.from_model_id(_MODELS[_form(number)]),
            input=JobInput.from_file(top / "records" / f"{number}.jsonl"),
            invocation_type=_form(number),
            timeout=Duration.hours(48),
            tags={"team": "support", "number": str(number)},
        )


def _run(kind: str) -> dict[str, float]:
    """One run in this process."""
    jobs, folders = _KINDS[kind]
    context = json.loads(Path("cdk.json").read_text("utf-8"))["context"]
    Stack(App(), "Warm")
    with tempfile.TemporaryDirectory() as name:
        top = Path(name, "jobs")
        _write(top, jobs, folders)
        began = time.perf_counter()
        if folders:
            read_job_files(top)
        read = time.perf_counter()
        app = App(outdir=f"{name}/out", context=context)
        if folders:
            declare_job_files(app, top)
        else:
            _declare(app, top, jobs)
        declared = time.perf_counter()
        app.synth()
        ended = time.perf_counter()
        templates = [path.read_bytes() for path in Path(name, "out").glob("*.template.json")]
    resources = max(len(json.loads(each)["Resources"]) for each in templates)
    largest = max(map(len, templates))
    assert resources <= STACK_RESOURCES
    assert largest <= TEMPLATE_BYTES
    return {
        "read": read - began,
        "declare": declared - read,
        "synth": ended - declared,
        "both": ended - read,
        "resources": resources,
        "bytes": largest,
    }


def _measured(kind: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--run", kind]
    environment = {**os.environ, "CDK_VALIDATION": "false"}
    ran = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    found: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Print a table."""
    if sys.argv[1:2] == ["--run"]:
        print(json.dumps(_run(sys.argv[2])))
        return
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _KINDS}
    for _ in range(repetitions):
        for kind in _KINDS:
            found[kind].append(_measured(kind))

    def median(kind: str, what: str) -> float:
        return statistics.median(run[what] for run in found[kind])

    print("| What | s to read | ms a job | s to declare | s to synthesize | ms a job | to Python | resources | bytes |")
    print("|---|---|---|---|---|---|---|---|---|")
    for kind, (jobs, _) in _KINDS.items():
        pairs = zip(found[kind], found[f"{jobs} job{'s' if jobs > 1 else ''} in Python"], strict=True)
        ratio = statistics.median(run["both"] / other["both"] for run, other in pairs)
        print(
            f"| {kind} | {median(kind, 'read'):.2f} | {median(kind, 'read') / jobs * 1000:.1f} "
            f"| {median(kind, 'declare'):.2f} | {median(kind, 'synth'):.2f} "
            f"| {median(kind, 'both') / jobs * 1000:.1f} | {ratio:.2f} "
            f"| {median(kind, 'resources'):.0f} | {median(kind, 'bytes'):,.0f} |"
        )


if __name__ == "__main__":
    main()
