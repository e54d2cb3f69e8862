"""The embedded AWS with the real CDK CLI, as the tests of deployments use it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bedrock_batch_local.demo.cdk_cli import CdkCli
from bedrock_batch_local.embedded import EmbeddedAws

ACCOUNT, REGION = "111122223333", "us-east-1"
LIVE = frozenset({"Submitted", "Validating", "Scheduled", "InProgress"})


@dataclass
class Cloud:
    """The embedded AWS and the CDK CLI on it."""

    aws: EmbeddedAws
    folder: Path

    def cli(self, assembly: Path) -> CdkCli:
        """The CLI on a synthesized assembly."""
        work = self.folder / f"cli-{assembly.name}"
        work.mkdir(parents=True, exist_ok=True)
        return CdkCli(self.folder, work, self.aws.environment(account=ACCOUNT, region=REGION), app=str(assembly))

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

    def live(self, name_part: str) -> list[str]:
        """ARNs of jobs with a name part that neither ended nor are ending."""
        jobs = self.client("bedrock").list_model_invocation_jobs(nameContains=name_part)["invocationJobSummaries"]
        return [
            job["jobArn"] for job in jobs if job["status"] in {"Submitted", "Validating", "Scheduled", "InProgress"}
        ]
