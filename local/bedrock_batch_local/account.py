"""One account of a running embedded AWS, with what a test of a stack needs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bedrock_batch.statuses import ENDED
from bedrock_batch_local.callers import DEFAULT_REGION
from bedrock_batch_local.cdk_cli import CdkCli
from bedrock_batch_local.embedded import EmbeddedAws

# Simulated. A job of 120 records takes 12.5 minutes, and no timeout of a job is longer than a week.
_STEP_SECONDS = 3600.0
_LONGEST_SECONDS = 8 * 24 * 3600.0


class EmbeddedAccount:
    """An account in one Region. Accounts of the same server share its clock, and see nothing else of each other."""

    def __init__(self, aws: EmbeddedAws, account: str, region: str = DEFAULT_REGION) -> None:
        """Use an account, which needs no creation.

        :param aws: the server.
        :param account: 12 digits.
        :param region: default: us-east-1.
        """
        self.aws = aws
        """The server: its clock, its bill, other accounts."""
        self.endpoint_url = aws.endpoint_url
        """Where every service listens, on loopback."""
        self.account = account
        """12 digits."""
        self.region = region
        """Name of the Region."""
        self._is_bootstrapped = False

    def environment(self) -> dict[str, str]:
        """A complete environment for a child process (cdk, aws, anything with an SDK) that reaches this account only.

        It is that of this process, without its own settings of AWS.
        """
        return self.aws.environment(self.account, self.region)

    def client(self, service: str) -> Any:
        """A boto3 client with the rights of the account's root.

        :param service: boto3's name of the service, such as `s3`.
        """
        return self.aws.client(service, self.account, self.region)

    def deploy(self, assembly: str | Path, *stacks: str) -> dict[str, dict[str, str]]:
        """Deploy a synthesized app with the CDK CLI, which must be on the PATH.

        The first deployment bootstraps the account, which takes as long as a second one.

        :param assembly: the folder of the cloud assembly: `app.synth().directory`.
        :param stacks: their names. Default: all.
        :returns: the outputs, by stack and name of the output.
        :raises CdkCliError: the CLI is missing or failed; the text has its output.
        """
        with tempfile.TemporaryDirectory(prefix="bedrock-batch-deploy-") as folder:
            cli = CdkCli(Path(folder), Path(folder), self.environment(), app=str(Path(assembly).resolve()))
            if not self._is_bootstrapped:
                cli.bootstrap(self.account, self.region)
                self._is_bootstrapped = True
            return cli.deploy(*stacks)

    def advance(self, seconds: float) -> None:
        """Move the clock of all jobs forward. Returns when all work that became due is done.

        :param seconds: simulated seconds.
        """
        self.aws.advance(seconds)

    def wait_for_end(self, job_arn: str) -> dict[str, Any]:
        """Move the clock until a job has ended.

        :param job_arn: ARN of the job.
        :returns: the answer of GetModelInvocationJob. Its `status` may also be one of a job that failed.
        :raises TimeoutError: it has not ended after eight simulated days.
        """
        bedrock = self.client("bedrock")
        passed = 0.0
        while (job := bedrock.get_model_invocation_job(jobIdentifier=job_arn))["status"] not in ENDED:
            if passed >= _LONGEST_SECONDS:
                raise TimeoutError(f"{job_arn} must end within eight simulated days, got {job['status']}")
            self.advance(_STEP_SECONDS)
            passed += _STEP_SECONDS
        return dict(job)
