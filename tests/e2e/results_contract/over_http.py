"""Runs drawn jobs on the embedded AWS, many at once: boto3 makes them, the clock goes from stop to stop."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from local.cloud import Cloud, allow

from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.cli.jobs import find_one
from e2e.results_contract.drawn_job import DrawnJob
from e2e.results_contract.requests import request_of, run_files

_HOUR: Final = 3600.0


class Account:
    """An account for any number of jobs."""

    def __init__(self, cloud: Cloud) -> None:
        """Make its buckets and roles."""
        self.cloud = cloud
        self._inputs, self.outputs = cloud.bucket("in"), cloud.bucket("out")
        s3 = allow(["s3:ListBucket", "s3:GetObject", "s3:PutObject"])
        self._roles = {may: cloud.role(s3, *[allow("bedrock:InvokeModel")] * may) for may in (True, False)}
        self._numbers = itertools.count(1)
        # One for all jobs: boto3 takes half a second to read the models of its services.
        self.aws = Aws()

    def run(self, jobs: Sequence[DrawnJob]) -> list[OverHttp]:
        """Start the jobs together, and let their time pass."""
        arns = [self._start(drawn) for drawn in jobs]
        now = 0.0
        for drawn, arn in sorted(zip(jobs, arns, strict=True), key=lambda each: each[0].end.seconds):
            if drawn.end.kind.startswith("stop"):
                self.cloud.aws.advance(drawn.end.seconds - now)
                now = drawn.end.seconds
                self.cloud.bedrock.stop_model_invocation_job(jobIdentifier=arn)
        self.cloud.aws.advance(_HOUR)
        return [OverHttp(self, arn) for arn in arns]

    def _start(self, drawn: DrawnJob) -> str:
        name, s3 = f"job-{next(self._numbers)}", self.cloud.client("s3")
        output = f"s3://{self.outputs}/out/"
        for path, body in drawn.content.items():
            s3.put_object(Bucket=self._inputs, Key=f"{name}/{path}", Body=body)
        for key, body in run_files(drawn, name, output):
            s3.put_object(Bucket=self.outputs, Key=key, Body=body)
        role = self._roles[drawn.end.kind != "may not invoke"]
        request = request_of(drawn, name, f"s3://{self._inputs}/{name}/", output, role)
        return str(self.cloud.bedrock.create_model_invocation_job(**request)["jobArn"])


@dataclass
class OverHttp:
    """A job that has ended."""

    account: Account
    arn: str

    @cached_property
    def shown(self) -> dict[str, Any]:
        """The job as Bedrock shows it."""
        return self.account.cloud.get(self.arn)

    @property
    def output(self) -> dict[str, bytes]:
        """The objects in the folder of the job, by their paths below it."""
        s3 = self.account.cloud.client("s3")
        return {
            key.removeprefix(self._folder): s3.get_object(Bucket=self.account.outputs, Key=key)["Body"].read()
            for key in self._keys()
        }

    def replace_output(self, objects: dict[str, bytes]) -> None:
        """Damage it."""
        s3, before = self.account.cloud.client("s3"), self.output
        for name in before.keys() - objects.keys():
            s3.delete_object(Bucket=self.account.outputs, Key=self._folder + name)
        for name, body in objects.items():
            if before[name] != body:
                s3.put_object(Bucket=self.account.outputs, Key=self._folder + name, Body=body)

    def found(self) -> tuple[Aws, FoundJob]:
        """As the command line finds it, by the variables of the environment."""
        return self.account.aws, find_one(self.account.aws, self.arn)

    @property
    def _folder(self) -> str:
        return f"out/{self.arn.rpartition('/')[2]}/"

    def _keys(self) -> list[str]:
        listed = self.account.cloud.client("s3").list_objects_v2(Bucket=self.account.outputs, Prefix=self._folder)
        return [each["Key"] for each in listed.get("Contents", [])]
