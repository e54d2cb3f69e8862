"""What a run has used: the jobs that it started, and the tokens that their manifests count."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from live.account import Account
from live.jobs import NAME_PREFIX
from live.names import APP_STACK
from live.places import output_folder

# The clocks of this machine and of Bedrock may differ.
_SKEW = timedelta(minutes=5)


def spent(account: Account, began: datetime) -> tuple[int, tuple[int, int]]:
    """Number of jobs, and their input and output tokens, as far as they can be read."""
    jobs: list[Mapping[str, Any]] = []
    with contextlib.suppress(ClientError, BotoCoreError):
        pages = account.client("bedrock").get_paginator("list_model_invocation_jobs")
        for page in pages.paginate(submitTimeAfter=began - _SKEW):
            jobs += [job for job in page["invocationJobSummaries"] if _is_of_run(job)]
    counts = [_manifest(account, job) for job in jobs]
    return len(jobs), (
        sum(each.get("inputTokenCount", 0) for each in counts),
        sum(each.get("outputTokenCount", 0) for each in counts),
    )


def _is_of_run(job: Mapping[str, Any]) -> bool:
    return job["jobName"].startswith(NAME_PREFIX) or f"/{APP_STACK}" in job["roleArn"]


def _manifest(account: Account, job: Mapping[str, Any]) -> dict[str, int]:
    bucket, folder = output_folder(job)
    try:
        body = account.client("s3").get_object(Bucket=bucket, Key=f"{folder}manifest.json.out")["Body"].read()
        return dict(json.loads(body))
    except (ClientError, BotoCoreError, ValueError):
        return {}
