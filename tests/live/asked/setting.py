"""What the questions have at hand: an account, jobs that can be started, and what was deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from live.account import Account
from live.jobs import Jobs


@dataclass(frozen=True)
class Setting:
    """The jobs share the role and the places of `base`, a job of the library that has completed.

    `geographic_model` is the `modelId` of a geographic profile; `roles` are the ARNs of the roles that were made to
    ask with, by their construct ids.
    """

    account: Account
    jobs: Jobs
    base: Mapping[str, Any]
    geographic_model: str
    roles: Mapping[str, str]

    def upload(self, name: str, body: bytes) -> str:
        """Put a file where its role may read it; its `s3Uri`."""
        uri = self.base["inputDataConfig"]["s3InputDataConfig"]["s3Uri"]
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        target = f"{key.rsplit('/', 2)[0]}/live/{name}"
        self.account.client("s3").put_object(Bucket=bucket, Key=target, Body=body)
        return f"s3://{bucket}/{target}"

    def reading(self, uri: str) -> dict[str, Any]:
        """The members of a request that reads another file."""
        config = {**self.base["inputDataConfig"]["s3InputDataConfig"], "s3Uri": uri}
        return {"inputDataConfig": {"s3InputDataConfig": config}}


def request_like(job: Mapping[str, Any]) -> dict[str, Any]:
    """The request of another job with the same role, model and places."""
    members = ("roleArn", "modelId", "modelInvocationType", "inputDataConfig", "outputDataConfig")
    return {member: job[member] for member in members if job.get(member)}
