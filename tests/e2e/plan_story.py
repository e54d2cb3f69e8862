"""A story of one folder of job files: edited by chance, planned, deployed with the real CLI, and paid."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from bedrock_batch.run.physical_id import PhysicalId
from bedrock_batch_local.cdk_cli import CdkCliError
from e2e.cloud import ACCOUNT, LIVE, REGION, Cloud
from e2e.planned_folder import PlannedFolder

_PAID = ("starts", "replaces")
_JOB = "Custom::BedrockModelInvocationJob"
_Key = tuple[str, str]


@dataclass
class PlanStory:
    """One folder. `counts` say what occurred, `differences` what was otherwise than foreseen."""

    cloud: Cloud
    folder: PlannedFolder
    counts: Counter[str]
    differences: list[str] = field(default_factory=list)
    _last: Path | None = None

    def run(self, deployments: int) -> None:
        """Deploy so many times, of which one fails in half of the stories."""
        chance = self.folder.chance
        failing = chance.randrange(2 * deployments)
        self.folder.add()
        for number in range(deployments):
            for _ in range(chance.choice([1, 2]) if number else 1):
                self.counts[f"edit: {self.folder.edit()}"] += 1
            self.step(is_failing=number == failing)
        self._end()

    def step(self, *, is_failing: bool = False) -> None:
        """Plan and deploy what is declared, and compare. `is_failing`: another resource fails after the jobs."""
        out = self.folder.synthesize(fails=is_failing)
        plan = self._plan(out)
        based = None if self._last is None else self._plan(out, "--base", str(self._last))
        live, started = self._live(), self.cloud.started
        before = self._resources(plan)
        has_failed = False
        try:
            self.cloud.cli(out).deploy()
        except CdkCliError:
            has_failed = True
        paid = self.cloud.started - started
        foreseen = sum(job["isPaid"] for job in plan)
        self.counts["deployments"] += 1
        self.counts["decisions"] += len(plan)
        self.counts["started"] += paid
        self.counts["failed"] += has_failed
        for job in plan:
            self.counts[f"action: {job['action']}"] += 1
        found: list[str] = []
        if has_failed != (is_failing or any(job["action"] == "refused" for job in plan)):
            found.append(f"the deployment {'failed' if has_failed else 'did not fail'}")
        if has_failed:
            found += [f"{paid} started, {foreseen} foreseen"] if paid > foreseen else []
        else:
            found += [f"{paid} started, {foreseen} foreseen"] if paid != foreseen else []
            found += self._of_each(plan, before, live)
        if based is not None:
            fewer = sum(job["isPaid"] for job in based)
            found += [f"{paid} started, {fewer} foreseen from the base"] if paid > fewer else []
            self.counts["with a base"] += 1
        self.differences += [f"{self.folder.stack_name}, deployment {self.folder.syntheses}: {each}" for each in found]
        if not has_failed:
            self._last = out

    def _of_each(self, plan: list[dict[str, Any]], before: dict[_Key, str], live: set[str]) -> Iterator[str]:
        after, now = self._resources(plan), self._live()
        for job in plan:
            key, action, job_arn = (job["stack"], job["logicalResourceId"]), job["action"], job["jobArn"]
            is_other = before.get(key) != after.get(key)
            if action in _PAID and not is_other:
                yield f"{key}: {action} was foreseen, and {after.get(key)} is on record"
            if action in ("nothing", "tags") and before.get(key, "") and key in after and is_other:
                yield f"{key}: {action} was foreseen of {before.get(key)}, and {after[key]} is on record"
            runs_on = any("runs on" in note for note in job["notes"])
            if action in ("stops", "replaces") and job_arn in live & now and not runs_on:
                yield f"{key}: {action} was foreseen, and {job_arn} still runs"
            if action in ("keeps", "tags", "nothing") and job_arn in live - now and not is_other:
                yield f"{key}: {action} was foreseen, and {job_arn} has ended"

    def _plan(self, out: Path, *options: str) -> list[dict[str, Any]]:
        environment = self.cloud.aws.environment(account=ACCOUNT, region=REGION)
        command = [sys.executable, "-m", "bedrock_batch", "plan", "--app", str(out), "--json", *options]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode in (0, 10), done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)["jobs"]
        assert any(job["isPaid"] for job in found) == (done.returncode == 10)
        return found

    def _resources(self, plan: list[dict[str, Any]]) -> dict[_Key, str]:
        """The job on record of each resource, empty for one that is held."""
        found = {}
        for stack in {job["stack"] for job in plan}:
            try:
                shown = self.cloud.client("cloudformation").describe_stack_resources(StackName=stack)
            except ClientError:
                continue
            for each in shown["StackResources"]:
                if each["ResourceType"] == _JOB and "DELETE" not in each["ResourceStatus"]:
                    job_arn = PhysicalId.parse(each.get("PhysicalResourceId", "")).job_arn
                    found[stack, each["LogicalResourceId"]] = job_arn
        return found

    def _live(self) -> set[str]:
        pages = self.cloud.client("bedrock").get_paginator("list_model_invocation_jobs").paginate()
        return {
            job["jobArn"]
            for page in pages
            for job in page["invocationJobSummaries"]
            if job["status"] in LIVE and f"/{self.folder.stack_name}" in job["roleArn"]
        }

    def _end(self) -> None:
        for job_arn in self._live():
            self.cloud.client("bedrock").stop_model_invocation_job(jobIdentifier=job_arn)
