"""Removing all that a run has made, step by step: what one step cannot do keeps no other from being done."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from live.account import Account
from live.jobs import ENDED, NAME_PREFIX, error_of
from live.names import APP_STACK, STACKS, TOPICS, asset_bucket_name, bucket_name
from live.places import purge
from live.records import LEAST, records
from live.stacks import Stacks

from cdk_bedrock_batch.records import read_records

_STOP_SECONDS = 300.0
_GONE = ("NoSuchBucket", "404")
_DECLARED = ("foundation", "geographic", "global", "whole-bucket", "own-key", "network")


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
    left = [
        f"aws bedrock stop-model-invocation-job --job-identifier {arn} --region {region}"
        for arn in _stop_all(account, poll)
    ]
    steps: list[tuple[Callable[[], None], str]] = [
        *(
            (
                lambda name=name: stacks.delete(name),
                f"aws cloudformation delete-stack --stack-name {name} --region {region}",
            )
            for name in STACKS
        ),
        (lambda: _remove_bucket(account), f"aws s3 rb --force s3://{bucket_name(account)}"),
        (lambda: _remove_uploads(account), f"aws s3 rm s3://{asset_bucket_name(account)}/<hash>.jsonl"),
        (lambda: _remove_logs(account), f"aws logs delete-log-group --log-group-name {APP_STACK}... --region {region}"),
    ]
    for step, command in steps:
        try:
            step()
        except (ClientError, BotoCoreError, RuntimeError, TimeoutError) as error:
            said = error_of(error) if isinstance(error, ClientError | BotoCoreError) else str(error)
            left.append(f"{command}  # {said}")
    return left


def _running(account: Account) -> Iterator[str]:
    """Jobs of a run that have not ended: those that were started to ask, and those of the stacks."""
    bedrock = account.client("bedrock")
    for name in (NAME_PREFIX, *_DECLARED):
        for page in bedrock.get_paginator("list_model_invocation_jobs").paginate(nameContains=name):
            for job in page["invocationJobSummaries"]:
                is_ours = job["jobName"].startswith(NAME_PREFIX) or f"/{APP_STACK}" in job["roleArn"]
                if is_ours and job["status"] not in ENDED | {"Stopping"}:
                    yield job["jobArn"]


def _stop_all(account: Account, poll: float) -> list[str]:
    """Ask for each job to be stopped, again and again if that is refused for the moment; those that run on."""
    bedrock, end = account.client("bedrock"), time.monotonic() + _STOP_SECONDS
    while True:
        running = list(_running(account))
        for arn in running:
            with contextlib.suppress(ClientError, BotoCoreError):
                bedrock.stop_model_invocation_job(jobIdentifier=arn)
        if not running or time.monotonic() > end:
            return running
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
                logs.delete_log_group(logGroupName=group["logGroupName"])
