"""Removing all that a run has made, step by step: what one step cannot do keeps no other from being done."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from live.account import Account
from live.jobs import error_of
from live.names import (
    APP_STACK,
    JOB_NAME_PREFIX,
    STACKS,
    TOPICS,
    asset_bucket_name,
    bucket_name,
    is_log_group_of_a_run,
    is_of_a_run,
)
from live.places import purge
from live.records import LEAST, records
from live.stacks import Stacks

from bedrock_batch.records import read_records

_STOP_SECONDS = 900.0
_LIVE = ("Submitted", "Validating", "Scheduled", "InProgress", "Stopping")
_GONE = ("NoSuchBucket", "404")


def leftovers(account: Account) -> list[str]:
    """What is there of an earlier run, in words."""
    stacks = Stacks(account.client("cloudformation"))
    found = [f"the stack {name}" for name in STACKS if stacks.describe(name)]
    if bucket_name(account) in {bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"]}:
        found.append(f"the bucket {bucket_name(account)}")
    return found


def clean_up(account: Account, *, poll: float) -> list[str]:
    """Remove everything; what is left, each with the command that removes it."""
    region = account.region
    stacks = Stacks(account.client("cloudformation"), poll)
    steps: list[tuple[Callable[[], None], str]] = [
        (
            lambda: _stop_all(account, poll),
            f"aws bedrock list-model-invocation-jobs --name-contains {JOB_NAME_PREFIX} --region {region}",
        ),
        *(
            (
                lambda name=name: stacks.delete(name),
                f"aws cloudformation delete-stack --stack-name {name} --region {region}",
            )
            for name in STACKS
        ),
        (lambda: _remove_bucket(account), f"aws s3 rb --force s3://{bucket_name(account)}"),
        (lambda: _remove_uploads(account), f"aws s3 rm s3://{asset_bucket_name(account)}/<hash>.jsonl"),
        (
            lambda: _remove_logs(account),
            f"aws logs delete-log-group --log-group-name {APP_STACK}-... --region {region}",
        ),
    ]
    left = []
    for step, command in steps:
        try:
            step()
        except Exception as error:  # what one step cannot do keeps no other from being done
            said = error_of(error) if isinstance(error, ClientError | BotoCoreError) else str(error)
            left.append(f"{command}  # {said}")
    return left


def _running(account: Account) -> list[Mapping[str, Any]]:
    """The jobs of a run that have not ended."""
    pages = account.client("bedrock").get_paginator("list_model_invocation_jobs")
    found = [
        job
        for status in _LIVE
        for page in pages.paginate(statusEquals=status)
        for job in page["invocationJobSummaries"]
    ]
    return [job for job in found if is_of_a_run(job)]


def _stop_all(account: Account, poll: float) -> None:
    """Stop each job, again and again if that is refused for the moment, and wait until all have ended.

    :raises RuntimeError: one has not.
    """
    bedrock, end = account.client("bedrock"), time.monotonic() + _STOP_SECONDS
    while running := _running(account):
        for job in running:
            with contextlib.suppress(ClientError, BotoCoreError):
                bedrock.stop_model_invocation_job(jobIdentifier=job["jobArn"])
        if time.monotonic() > end:
            raise RuntimeError(f"still running or stopping: {', '.join(job['jobArn'] for job in running)}")
        time.sleep(poll)


def _remove_bucket(account: Account) -> None:
    s3, bucket = account.client("s3"), bucket_name(account)
    try:
        purge(s3, bucket)
        s3.delete_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise


def _remove_uploads(account: Account) -> None:
    """The records that the CDK CLI has uploaded; the function's code stays, other stacks may use it."""
    with tempfile.TemporaryDirectory() as folder:
        for topic in TOPICS:
            path = Path(folder) / f"{topic}.jsonl"
            path.write_bytes(records(LEAST, topic))
            try:
                purge(account.client("s3"), asset_bucket_name(account), f"{read_records(path).sha256}.jsonl")
            except ClientError as error:
                if error.response["Error"]["Code"] not in _GONE:
                    raise


def _remove_logs(account: Account) -> None:
    logs = account.client("logs")
    for prefix in (APP_STACK, f"/aws/lambda/{APP_STACK}"):
        for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix):
            for group in page["logGroups"]:
                if is_log_group_of_a_run(group["logGroupName"]):
                    logs.delete_log_group(logGroupName=group["logGroupName"])
