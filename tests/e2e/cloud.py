"""The embedded AWS with the real CDK CLI, as the tests of deployments use it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bedrock_batch_local.cdk_cli import CdkCli
from bedrock_batch_local.embedded import EmbeddedAws
from e2e.polls import quick

ACCOUNT, REGION = "111122223333", "us-east-1"
LIVE = frozenset({"Submitted", "Validating", "Scheduled", "InProgress"})
# Simulated seconds a second: a stop takes about a second, and jobs of many records outlive every test.
SPEED = 60.0
# At which a job of a few records ends within a second.
HIGH_SPEED = 1200.0


@dataclass
class Cloud:
    """The embedded AWS and the CDK CLI on it."""

    aws: EmbeddedAws
    folder: Path

    def cli(self, assembly: Path) -> CdkCli:
        """The CLI on a synthesized assembly."""
        work = self.folder / f"cli-{assembly.name}"
        work.mkdir(parents=True, exist_ok=True)
        return CdkCli(self.folder, work, quick(self.aws.environment(account=ACCOUNT, region=REGION)), app=str(assembly))

    def deploy(self, assembly: Path) -> dict[str, str]:
        """Deploy an assembly of one stack and return its outputs."""
        (outputs,) = self.cli(assembly).deploy().values()
        return outputs

    @property
    def started(self) -> int:
        """Jobs that were paid for so far."""
        return int(self.aws.bill().started)

    def client(self, service: str) -> Any:
        """A boto3 client with the account's own rights."""
        return self.aws.client(service, account=ACCOUNT, region=REGION)

    def job(self, job_arn: str) -> dict[str, Any]:
        """GetModelInvocationJob."""
        return dict(self.client("bedrock").get_model_invocation_job(jobIdentifier=job_arn))

    def ended(self, job_arn: str) -> dict[str, Any]:
        """The job once it has ended, for which time passes faster."""
        with self.at_speed(HIGH_SPEED):
            deadline = time.monotonic() + 90
            while (job := self.job(job_arn))["status"] in LIVE:
                assert time.monotonic() < deadline, job["status"]
                time.sleep(0.1)
        return job

    @contextmanager
    def at_speed(self, speed: float) -> Iterator[None]:
        """So many simulated seconds a second for a while."""
        self.aws.set_speed(speed)
        try:
            yield
        finally:
            self.aws.set_speed(SPEED)

    def live(self, stack: str) -> set[str]:
        """ARNs of the jobs of a stack, which have their roles in its folder, that neither ended nor are ending."""
        pages = self.client("bedrock").get_paginator("list_model_invocation_jobs").paginate()
        jobs = (job for page in pages for job in page["invocationJobSummaries"] if f"/{stack}/" in job["roleArn"])
        return {job["jobArn"] for job in jobs if job["status"] in LIVE}
