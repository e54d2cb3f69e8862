"""`bedrock-batch plan` against the deployed stacks, and against the bill of the deployment that follows."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from cdk_bedrock_batch import declare_job_files
from e2e.cloud import ACCOUNT, REGION, Cloud
from e2e.prompts import many, write_prompts

NOTHING, PAID, ABOVE = 0, 10, 11
STACK = "Planned"
DEFAULTS = "model: us.amazon.nova-lite-v1:0\ninvocation_type: Converse\nstorage: {removal_policy: destroy}\n"


@dataclass
class App:
    """A folder of job files that is planned and deployed."""

    cloud: Cloud
    folder: Path
    _syntheses: int = 0

    def write(self, name: str, *lines: str) -> None:
        """Write a job file."""
        text = "\n".join((f"name: {name}", "input: records.jsonl", *lines))
        (self.folder / "jobs" / f"{name}.yaml").write_text(text)

    def plan(self, *options: str) -> tuple[int, dict[str, str]]:
        """The exit code of a plan, and the action of each job."""
        self._syntheses += 1
        context = {"aws:cdk:enable-path-metadata": True}
        app = cdk.App(outdir=str(self.out), analytics_reporting=False, context=context)
        declare_job_files(app, self.folder / "jobs", stack_name=STACK)
        app.synth()
        done = self.run("--app", str(self.out), "--json", *options)
        found: dict[str, Any] = json.loads(done.stdout or done.stderr)
        assert "jobs" in found, found
        return done.returncode, {job["name"].removesuffix("-job"): job["action"] for job in found["jobs"]}

    def run(self, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """The command, with the credentials of the account, or those of variables."""
        environment = {**self.cloud.aws.environment(account=ACCOUNT, region=REGION), **variables}
        command = [sys.executable, "-m", "bedrock_batch", "plan", *options]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd=self.folder, timeout=120
        )

    def deploy(self) -> int:
        """Deploy what was planned last. The number of jobs that it starts."""
        before = self.cloud.started
        self.cloud.cli(self.out).deploy()
        return self.cloud.started - before

    @property
    def out(self) -> Path:
        """The assembly that was planned last."""
        return self.folder / f"out-{self._syntheses}"


@pytest.fixture(scope="module")
def app(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> App:
    folder = tmp_path_factory.mktemp("planned")
    (folder / "jobs").mkdir()
    (folder / "jobs" / "defaults.yaml").write_text(DEFAULTS)
    write_prompts(folder / "jobs" / "records.jsonl", many(5_000, "first"))
    return App(cloud, folder)


@pytest.mark.soak
def test_a_plan_says_what_the_deployment_then_bills(app: App) -> None:
    app.write("one")
    app.write("two")
    assert app.plan() == (PAID, {"one": "starts", "two": "starts"})
    assert app.deploy() == 2

    assert app.plan() == (NOTHING, {"one": "nothing", "two": "nothing"})
    assert app.deploy() == 0

    app.write("one", 'run_id: "2"')
    app.write("two", "tags: {team: support}")
    app.write("three", "hold: true")
    assert app.plan() == (PAID, {"one": "replaces", "two": "tags", "three": "nothing"})
    assert app.plan("--max-records", "4999") == (ABOVE, {"one": "replaces", "two": "tags", "three": "nothing"})
    assert app.deploy() == 1

    app.write("one")
    app.write("three")
    (app.folder / "jobs" / "two.yaml").unlink()
    # The first run of `one` was stopped, so that it is started once more.
    assert app.plan() == (PAID, {"one": "replaces", "three": "starts", "two": "stops"})
    assert app.deploy() == 2


LOOKUP_ROLE = f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-lookup-role-{ACCOUNT}-{REGION}"
MAY_LOOK = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": LOOKUP_ROLE}],
}


def test_the_lookup_role_of_the_bootstrap_stack_is_all_that_a_plan_needs(app: App) -> None:
    app.write("one")
    code, _ = app.plan()
    iam = app.cloud.client("iam")
    iam.create_user(UserName="planner")
    key = iam.create_access_key(UserName="planner")["AccessKey"]
    rights = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    refused = app.run("--app", str(app.out), **rights)
    assert (refused.returncode, refused.stdout) == (5, "")
    assert "AccessDenied" in refused.stderr

    iam.put_user_policy(UserName="planner", PolicyName="look", PolicyDocument=json.dumps(MAY_LOOK))
    done = app.run("--app", str(app.out), **rights)
    assert (done.returncode, done.stderr) == (code, "")
