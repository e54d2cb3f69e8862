"""S3 requests that name an owner, cross accounts, or ask for what is not there."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from local.cloud import Cloud, allow, document, s3_user, to

RECORDS = b'{"recordId": "R1"}\n'


def error_of(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return str(raised.value.response["Error"]["Code"])


@pytest.fixture
def source(cloud: Cloud) -> str:
    """A bucket with one object, `records`."""
    name = cloud.bucket("source")
    cloud.client("s3").put_object(Bucket=name, Key="records", Body=RECORDS)
    return name


def test_a_request_to_a_bucket_of_another_owner_than_expected_is_denied(cloud: Cloud, source: str) -> None:
    s3 = cloud.client("s3")

    assert error_of(s3.get_object, Bucket=source, Key="records", ExpectedBucketOwner="999988887777") == "AccessDenied"
    assert error_of(s3.list_objects_v2, Bucket=source, ExpectedBucketOwner="999988887777") == "AccessDenied"
    assert s3.get_object(Bucket=source, Key="records", ExpectedBucketOwner=cloud.account)["Body"].read() == RECORDS
    assert error_of(s3.get_object, Bucket="no-such-bucket-x", Key="y", ExpectedBucketOwner="1" * 12) == "NoSuchBucket"


@pytest.mark.parametrize("who", ["ExpectedBucketOwner", "ExpectedSourceBucketOwner"])
def test_a_copy_with_another_owner_than_expected_is_denied_and_writes_nothing(
    cloud: Cloud, source: str, who: str
) -> None:
    s3, target = cloud.client("s3"), cloud.bucket("target")
    copy = {"Bucket": target, "Key": "copy", "CopySource": {"Bucket": source, "Key": "records"}}

    assert error_of(s3.copy_object, **copy, **{who: "999988887777"}) == "AccessDenied"
    assert s3.list_objects_v2(Bucket=target)["KeyCount"] == 0
    s3.copy_object(**copy, **{who: cloud.account})
    assert s3.get_object(Bucket=target, Key="copy")["Body"].read() == RECORDS


def test_a_copy_may_go_to_another_account_that_lets_it_in(cloud: Cloud, other: Cloud, source: str) -> None:
    target = other.bucket("target")
    objects = f"arn:aws:s3:::{target}/*"
    s3, arn = s3_user(cloud, allow("s3:GetObject", f"arn:aws:s3:::{source}/*"), allow("s3:PutObject", objects))
    copy = {"Bucket": target, "Key": "copy", "CopySource": {"Bucket": source, "Key": "records"}}
    copy |= {"ExpectedBucketOwner": other.account, "ExpectedSourceBucketOwner": cloud.account}

    assert error_of(s3.copy_object, **copy) == "AccessDenied"
    other.client("s3").put_bucket_policy(Bucket=target, Policy=document(to(arn, allow("s3:PutObject", objects))))
    s3.copy_object(**copy)
    assert other.client("s3").get_object(Bucket=target, Key="copy")["Body"].read() == RECORDS


@pytest.mark.parametrize(("may_list", "code"), [(True, "NoSuchKey"), (False, "AccessDenied")])
def test_what_is_not_there_is_told_only_to_whom_may_list(
    cloud: Cloud, source: str, *, may_list: bool, code: str
) -> None:
    rights = [allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{source}/*")]
    rights += [allow("s3:ListBucket", f"arn:aws:s3:::{source}")] * may_list
    s3, _ = s3_user(cloud, *rights)
    missing = {"Bucket": source, "Key": "nothing"}

    assert error_of(s3.get_object, **missing) == code
    assert error_of(s3.head_object, **missing) == ("404" if may_list else "403")
    assert error_of(s3.copy_object, Bucket=source, Key="copy", CopySource=missing) == code
    assert s3.get_object(Bucket=source, Key="records")["Body"].read() == RECORDS


def test_what_is_not_there_is_told_to_the_root_of_the_account(cloud: Cloud, source: str) -> None:
    assert error_of(cloud.client("s3").get_object, Bucket=source, Key="nothing") == "NoSuchKey"


@pytest.mark.parametrize("missing", ["s3:GetObject", "s3:PutObject"])
def test_a_copy_needs_the_right_to_read_its_source_and_to_write_its_target(
    cloud: Cloud, source: str, missing: str
) -> None:
    target = cloud.bucket("target")
    rights = {"s3:GetObject": f"arn:aws:s3:::{source}/*", "s3:PutObject": f"arn:aws:s3:::{target}/*"}
    s3, _ = s3_user(cloud, *(allow(action, resource) for action, resource in rights.items() if action != missing))

    copy = {"Bucket": target, "Key": "copy", "CopySource": {"Bucket": source, "Key": "records"}}
    assert error_of(s3.copy_object, **copy) == "AccessDenied"


def test_a_copy_of_a_tagged_object_needs_rights_on_tags_unless_it_leaves_them(cloud: Cloud, source: str) -> None:
    """`cdk gc` tags what it may remove."""
    cloud.client("s3").put_object_tagging(
        Bucket=source, Key="records", Tagging={"TagSet": [{"Key": "aws-cdk:isolated", "Value": "1"}]}
    )
    target = cloud.bucket("target")
    objects = [f"arn:aws:s3:::{name}/*" for name in (source, target)]
    s3, arn = s3_user(cloud, allow(["s3:GetObject", "s3:PutObject"], objects))
    copy = {"Bucket": target, "Key": "copy", "CopySource": {"Bucket": source, "Key": "records"}}

    assert error_of(s3.copy_object, **copy) == "AccessDenied"
    s3.copy_object(**copy, TaggingDirective="REPLACE")
    assert cloud.client("s3").get_object_tagging(Bucket=target, Key="copy")["TagSet"] == []
    rights = document(allow(["s3:GetObject*", "s3:PutObject*"], objects))
    cloud.client("iam").put_user_policy(UserName=arn.rpartition("/")[2], PolicyName="rights", PolicyDocument=rights)
    s3.copy_object(**copy)
