"""An app of a stack with one job, without CDK: a script that writes an assembly, as the CDK CLI would run it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Planned = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]
SCRIPT = """
import json, os, pathlib, sys
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir(parents=True)
context = json.loads(os.environ["CDK_CONTEXT_JSON"])
if "CONTEXT_OVERFLOW_LOCATION_ENV" in os.environ:
    context |= json.loads(pathlib.Path(os.environ["CONTEXT_OVERFLOW_LOCATION_ENV"]).read_text())
stacks = json.loads(pathlib.Path("stacks.json").read_text())
artifacts = {}
for name, run_id in stacks.items():
    job = json.loads(pathlib.Path("job.json").read_text())
    job["RunId"] = context.get("run_id", run_id)
    resource = {"Type": "Custom::BedrockModelInvocationJob", "Properties": job}
    template = {"Resources": {"Job0A1B2C3D": {**resource, "Metadata": {"aws:cdk:path": f"{name}/Job/Resource"}}}}
    (out / f"{name}.json").write_text(json.dumps(template))
    properties = {"templateFile": f"{name}.json"}
    place = "aws://unknown-account/unknown-region"
    artifacts[name] = {"type": "aws:cloudformation:stack", "environment": place, "properties": properties}
(out / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": artifacts}))
"""
JOB = {
    "ServiceToken": "arn:aws:lambda:eu-west-1:111122223333:function:f",
    "Job": {
        "modelId": "amazon.nova-lite-v1:0",
        "modelInvocationType": "Converse",
        "roleArn": "arn:aws:iam::111122223333:role/r",
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://in/x.jsonl", "s3InputFormat": "JSONL"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://out/"}},
    },
    "JobNamePrefix": "job",
    "RunId": "1",
}


@dataclass
class Project:
    """A folder with `cdk.json`, in a repository of its own."""

    folder: Path

    def write(self, stacks: dict[str, str], **members: Any) -> None:
        """Declare stacks, each with the `run_id` of its job. `members` are those of `cdk.json`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "app.py").write_text(SCRIPT)
        (self.folder / "job.json").write_text(json.dumps(JOB))
        (self.folder / "stacks.json").write_text(json.dumps(stacks))
        app = f"{sys.executable} app.py"
        (self.folder / "cdk.json").write_text(json.dumps({"app": app, **members}))

    def commit(self, text: str = "change") -> str:
        """Commit all there is. The hash."""
        if not (self.folder / ".git").exists() and self.git("rev-parse", "--git-dir", check=False) == "":
            self.git("init", "--quiet")
        self.git("add", "--all")
        author = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
        self.git(*author, "commit", "--quiet", "--message", text)
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str, check: bool = True) -> str:
        """What Git answers."""
        done = subprocess.run(["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=check)
        return done.stdout.strip()

    def synth(self, name: str) -> Path:
        """The assembly of the app as it is, in a folder beside it."""
        out = self.folder.parent / name
        environment = {"CDK_OUTDIR": str(out), "CDK_CONTEXT_JSON": "{}"}
        subprocess.run([sys.executable, "app.py"], cwd=self.folder, env=environment, check=True)
        return out
