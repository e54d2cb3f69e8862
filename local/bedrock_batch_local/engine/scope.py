"""The account and Region that a job belongs to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """Where a job is. Jobs of different accounts or Regions never see each other."""

    account: str
    region: str
    partition: str

    @property
    def job_arn_prefix(self) -> str:
        return f"arn:{self.partition}:bedrock:{self.region}:{self.account}:model-invocation-job/"
