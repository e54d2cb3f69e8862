"""What a run has used: the jobs that it started, and the tokens that their manifests count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from live.account import Account
from live.names import is_of_a_run
from live.places import output_folder

# The clocks of this machine and of Bedrock may differ.
_SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Spent:
    """How many jobs a run has started, and the input and output tokens in the manifests of those that have ended."""

    jobs: int
    tokens: tuple[int, int]


def spent(account: Account, began: datetime) -> Spent | None:
    """What was used since a moment, `None` if it cannot be read."""
    jobs: list[Mapping[str, Any]] = []
    try:
        pages = account.client("bedrock").get_paginator("list_model_invocation_jobs")
        for page in pages.paginate(submitTimeAfter=began - _SKEW):
            jobs += [job for job in page["invocationJobSummaries"] if is_of_a_run(job)]
    except (ClientError, BotoCoreError):
        return None
    counts = [_manifest(account, job) for job in jobs]
    tokens = (sum(each.get(name, 0) for each in counts) for name in ("inputTokenCount", "outputTokenCount"))
    return Spent(len(jobs), (next(tokens), next(tokens)))


def _manifest(account: Account, job: Mapping[str, Any]) -> dict[str, int]:
    bucket, folder = output_folder(job)
    try:
        body = account.client("s3").get_object(Bucket=bucket, Key=f"{folder}manifest.json.out")["Body"].read()
        return dict(json.loads(body))
    except (ClientError, BotoCoreError, ValueError):
        return {}
