"""`make demo` as it is run."""

import json
import os
import subprocess
import sys
from pathlib import Path

from e2e.polls import quick

ROOT = Path(__file__).parents[2]


def test_the_demo_ends_with_1_when_every_record_of_a_job_failed(tmp_path: Path) -> None:
    # The bodies of this model are not known, so they are not checked before the job.
    records = ({"recordId": f"R{number}", "modelInput": {"unknown": number}} for number in range(100))
    (tmp_path / "empty.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    job = "name: empty\nmodel: ai21.jamba-1-5-mini-v1:0\ninput: empty.jsonl\n"
    (tmp_path / "empty.yaml").write_text(job)
    command = [sys.executable, "-m", "bedrock_batch_local.demo", "--jobs", str(tmp_path), "--speed", "3000"]

    environment = quick({**os.environ, "CDK_VALIDATION": "false"})
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert run.returncode == 1, run.stderr
    assert "No model is asked, the answers are made up" in run.stdout
    assert "100 records: 100 error" in run.stdout
    assert "400: Malformed input request: " in run.stdout
    assert run.stderr == "1 of 1 jobs gave no answer; the reasons are above.\n"
