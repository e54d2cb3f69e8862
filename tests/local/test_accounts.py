"""Jobs whose buckets and keys belong to another account: both sides have to agree, in the words of both."""

from __future__ import annotations

from typing import Any

import pytest
from local.cloud import REGION, Cloud, Statement, allow, document, to

NO_LIST = "Could not validate ListBucket permissions"
NO_GET = "Could not validate GetObject permissions"
NO_PUT = "Could not validate PutObject permissions"
PATH = "/cdk-bedrock-batch/eu-west-1/Stack/"


def share(owner: Cloud, principal: str, *left_out: str, **conditions: Any) -> None:
    """Open the buckets of ``owner`` as far as a job needs them."""
    extra = {"Condition": conditions} if conditions else {}
    for kind in ("in", "out"):
        statements = [
            to(principal, statement | extra)
            for statement in owner.rights(*left_out)
            if str(statement["Resource"]).startswith(f"arn:aws:s3:::{kind}-")
        ]
        if statements:
            owner.client("s3").put_bucket_policy(Bucket=f"{kind}-{owner.account}", Policy=document(*statements))


def foreign(owner: Cloud, **members: Any) -> dict[str, Any]:
    """The part of a request that names the buckets of another account."""
    given = owner.request("")
    given["inputDataConfig"]["s3InputDataConfig"]["s3BucketOwner"] = owner.account
    given["outputDataConfig"]["s3OutputDataConfig"].update({"s3BucketOwner": owner.account, **members})
    return {name: given[name] for name in ("inputDataConfig", "outputDataConfig")}


def ended(job: dict[str, Any]) -> str:
    """``Completed``, or the message of a job that failed up to what it is about."""
    return str(job["status"] if job["status"] != "Failed" else job["message"])


class TestBuckets:
    def test_both_sides_together_are_enough(self, cloud: Cloud, other: Cloud) -> None:
        role = cloud.role(*other.rights())
        share(other, role)

        job = cloud.finish(role, **foreign(other))

        assert ended(job) == "Completed"
        assert other.output(job, "manifest.json.out")[0]["successRecordCount"] == 120

    @pytest.mark.parametrize(
        ("left_out", "message"), [("s3:ListBucket", NO_LIST), ("s3:GetObject", NO_GET), ("s3:PutObject", NO_PUT)]
    )
    @pytest.mark.parametrize("side", ["identity", "bucket policy"])
    def test_neither_side_alone_is(self, cloud: Cloud, other: Cloud, side: str, left_out: str, message: str) -> None:
        role = cloud.role(*other.rights(*([left_out] if side == "identity" else [])))
        share(other, role, *([left_out] if side == "bucket policy" else []))

        assert ended(cloud.finish(role, **foreign(other))).startswith(message)

    @pytest.mark.parametrize("side", ["input", "output"])
    def test_one_bucket_may_be_at_home(self, ready: Cloud, other: Cloud, side: str) -> None:
        at_home, away = (other, ready) if side == "input" else (ready, other)
        statements = [
            next(one for one in place.rights() if action in one["Action"])
            for place, action in ((at_home, "s3:ListBucket"), (at_home, "s3:GetObject"), (away, "s3:PutObject"))
        ]
        role = ready.role(*statements, ready.rights()[-1])
        share(other, role)
        member = f"{side}DataConfig"

        assert ended(ready.finish(role, **{member: foreign(other)[member]})) == "Completed"

    def test_the_owner_must_be_the_one_that_the_request_names(self, cloud: Cloud, other: Cloud) -> None:
        role = cloud.role(*other.rights())
        share(other, role)
        request = foreign(other)
        request["inputDataConfig"]["s3InputDataConfig"]["s3BucketOwner"] = cloud.account

        assert ended(cloud.finish(role, **request)).startswith(NO_LIST)

    def test_a_whole_account_delegates_to_its_own_policies(self, cloud: Cloud, other: Cloud) -> None:
        share(other, f"arn:aws:iam::{cloud.account}:root")

        assert ended(cloud.finish(cloud.role(*other.rights()), **foreign(other))) == "Completed"
        refused = cloud.finish(cloud.role(*other.rights("s3:ListBucket")), jobName="job-2", **foreign(other))
        assert ended(refused).startswith(NO_LIST)

    @pytest.mark.parametrize(("path", "message"), [(PATH, "Completed"), ("/somewhere/else/", NO_LIST)])
    def test_a_condition_on_the_principal_sees_the_role_with_its_path(
        self, cloud: Cloud, other: Cloud, path: str, message: str
    ) -> None:
        roles = f"arn:aws:iam::{cloud.account}:role{PATH}*"
        resources = [f"arn:aws:s3:::{kind}-{other.account}{end}" for kind in ("in", "out") for end in ("", "/*")]
        for kind in ("in", "out"):
            here = [resource for resource in resources if f":{kind}-" in resource]
            actions = ["s3:ListBucket", "s3:GetObject", "s3:PutObject"]
            statement = allow(actions, here, ArnLike={"aws:PrincipalArn": roles})
            policy = document(to(f"arn:aws:iam::{cloud.account}:root", statement))
            other.client("s3").put_bucket_policy(Bucket=f"{kind}-{other.account}", Policy=policy)

        job = cloud.finish(cloud.role(*other.rights(), Path=path), **foreign(other))

        assert ended(job).startswith(message)

    @pytest.mark.parametrize("right", [True, False])
    @pytest.mark.parametrize("key", ["aws:PrincipalAccount", "aws:ResourceAccount"])
    def test_conditions_on_accounts_of_a_bucket_policy(self, cloud: Cloud, other: Cloud, key: str, right: bool) -> None:
        role = cloud.role(*other.rights())
        home, away = cloud.account, other.account
        expected = home if (key == "aws:PrincipalAccount") == right else away
        share(other, role, StringEquals={key: expected})

        assert ended(cloud.finish(role, **foreign(other))).startswith("Completed" if right else NO_LIST)

    @pytest.mark.parametrize(("owners", "message"), [("both", "Completed"), ("home", NO_LIST)])
    def test_the_role_may_name_the_owners_of_its_buckets(
        self, cloud: Cloud, other: Cloud, owners: str, message: str
    ) -> None:
        accounts = [cloud.account, other.account] if owners == "both" else [cloud.account]
        only = {"Condition": {"StringEquals": {"aws:ResourceAccount": accounts}}}
        *storage, invoke = other.rights()
        role = cloud.role(*(statement | only for statement in storage), invoke)
        share(other, role)

        assert ended(cloud.finish(role, **foreign(other))).startswith(message)


class TestWithinOneAccount:
    @pytest.mark.parametrize(
        ("principal", "message"), [("{role}", "Completed"), ("arn:aws:iam::{account}:root", NO_LIST)]
    )
    def test_a_bucket_policy_alone_lets_in_whom_it_names_and_no_whole_account(
        self, ready: Cloud, principal: str, message: str
    ) -> None:
        role = ready.role(ready.rights()[-1])
        share(ready, principal.format(role=role, account=ready.account))

        assert ended(ready.finish(role)).startswith(message)


class TestKeys:
    """One key of the other account for input and output."""

    THROUGH_S3 = {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}  # noqa: RUF012  (read only)

    def rights(self, key: str, *left_out: str) -> list[Statement]:
        actions = [action for action in ("kms:Decrypt", "kms:GenerateDataKey") if action not in left_out]
        return [allow(action, key, **self.THROUGH_S3) for action in actions]

    def encrypted(self, other: Cloud, role: str, *left_out: str) -> str:
        owner = to(f"arn:aws:iam::{other.account}:root", allow("kms:*"))
        key = other.key(owner, *(to(role, statement) for statement in self.rights("*", *left_out)))
        body = other.client("s3").get_object(Bucket=f"in-{other.account}", Key="in/x.jsonl")["Body"].read()
        other.upload(body, ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
        return key

    def finish(self, cloud: Cloud, other: Cloud, side: str, left_out: tuple[str, ...]) -> dict[str, Any]:
        role = cloud.role(*other.rights())
        share(other, role)
        key = self.encrypted(other, role, *(left_out if side == "key policy" else ()))
        granted = self.rights(key, *(left_out if side == "identity" else ()))
        cloud.client("iam").put_role_policy(
            RoleName=role.rsplit("/", 1)[-1], PolicyName="keys", PolicyDocument=document(*granted, allow("s3:None"))
        )
        return cloud.finish(role, **foreign(other, s3EncryptionKeyId=key))

    def test_both_sides_together_are_enough(self, cloud: Cloud, other: Cloud) -> None:
        job = self.finish(cloud, other, "neither", ())

        assert ended(job) == "Completed"
        assert other.output(job, "manifest.json.out")[0]["successRecordCount"] == 120

    @pytest.mark.parametrize(("left_out", "message"), [("kms:Decrypt", NO_GET), ("kms:GenerateDataKey", NO_PUT)])
    @pytest.mark.parametrize("side", ["identity", "key policy"])
    def test_neither_side_alone_is(self, cloud: Cloud, other: Cloud, side: str, left_out: str, message: str) -> None:
        assert ended(self.finish(cloud, other, side, (left_out,))).startswith(message)
