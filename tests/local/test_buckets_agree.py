"""The S3 of the handler's tests answers as the embedded one does, which unmodified boto3 calls over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local.cloud import Cloud, allow, s3_user

from bedrock_batch_local.engine.clock import ManualClock
from bedrock_batch_local.engine.faults import Faults
from handler.buckets import Buckets, BucketsClient

RECORDS = b'{"recordId": "R1"}\n'
Call = Callable[[Any, str, str, str], Any]


def copy(s3: Any, source: str, target: str, owner: str, *, key: str = "in.jsonl", expected: str = "") -> Any:
    return s3.copy_object(
        Bucket=target,
        Key="a/b.jsonl",
        CopySource={"Bucket": source, "Key": key},
        ExpectedBucketOwner=owner,
        ExpectedSourceBucketOwner=expected or owner,
        TaggingDirective="REPLACE",
    )


def listed(s3: Any, target: str, owner: str, prefix: str) -> Any:
    return s3.list_objects_v2(Bucket=target, Prefix=prefix, ExpectedBucketOwner=owner)


CALLS: dict[str, Call] = {
    "copy": copy,
    "copy of what is not there": lambda s3, source, target, owner: copy(s3, source, target, owner, key="nothing"),
    "copy from a bucket of somebody else": lambda s3, source, target, owner: copy(
        s3, source, target, owner, expected="9" * 12
    ),
    "write": lambda s3, _source, target, owner: s3.put_object(
        Bucket=target, Key="a/run/x.json", Body=b"{}", ContentType="application/json", ExpectedBucketOwner=owner
    ),
    "list": lambda s3, _source, target, owner: listed(s3, target, owner, "a/"),
    "list of nothing": lambda s3, _source, target, owner: listed(s3, target, owner, "no/"),
    "list of a bucket of somebody else": lambda s3, _source, target, _owner: listed(s3, target, "9" * 12, "a/"),
}
# What the handler reads of an answer.
READ = {"CopyObjectResult": "ETag", "ETag": None, "KeyCount": None, "NextContinuationToken": None, "Contents": "Key"}


def seen(call: Call, s3: Any, *names: str) -> dict[str, Any] | str:
    """What the handler sees of an answer: which members are there, and the keys; or the error's code."""
    try:
        answer = call(s3, *names)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    found: dict[str, Any] = {}
    for member, inner in READ.items():
        value = answer.get(member)
        if member == "Contents":
            found[member] = [each["Key"] for each in value or []]
        elif member == "KeyCount":
            found[member] = value
        else:
            found[member] = bool(value.get(inner) if inner and value else value)
    return found


@pytest.mark.parametrize("may_list", [True, False])
def test_both_answer_the_handler_alike(cloud: Cloud, *, may_list: bool) -> None:
    source, target = cloud.bucket("source"), cloud.bucket("target")
    cloud.client("s3").put_object(Bucket=source, Key="in.jsonl", Body=RECORDS)
    objects = [f"arn:aws:s3:::{name}/*" for name in (source, target)]
    rights = [allow(["s3:GetObject", "s3:PutObject"], objects), allow("s3:ListBucket", f"arn:aws:s3:::{target}")]
    real, _ = s3_user(cloud, *rights, *[allow("s3:ListBucket", f"arn:aws:s3:::{source}")] * may_list)
    clock = ManualClock()
    buckets = Buckets(clock, cloud.account, Faults(clock), listable={source} if may_list else set())
    buckets.put(f"s3://{source}/in.jsonl", RECORDS)
    double = BucketsClient(buckets, clock.advance)

    answers = {name: seen(call, real, source, target, cloud.account) for name, call in CALLS.items()}

    assert answers == {name: seen(call, double, source, target, cloud.account) for name, call in CALLS.items()}
    assert answers["copy of what is not there"] == ("NoSuchKey" if may_list else "AccessDenied")
    assert answers["list"] == {**answers["list of nothing"], "KeyCount": 2, "Contents": ["a/b.jsonl", "a/run/x.json"]}  # type: ignore[dict-item]  # an answer, no error's code
