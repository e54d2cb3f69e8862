"""KMS behind a job: key policies, states of keys, aliases, default keys, encryption contexts, multipart uploads."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from local.cloud import REGION, Cloud, Statement, allow, converse, document, jsonl, to

NO_GET = "Could not validate GetObject permissions"
NO_PUT = "Could not validate PutObject permissions"
BOTH = ("kms:Decrypt", "kms:GenerateDataKey")


def administrator(cloud: Cloud) -> Statement:
    """Who may change a key but leaves its use to nobody."""
    return to(f"arn:aws:iam::{cloud.account}:root", allow(["kms:Put*", "kms:Get*", "kms:Describe*", "kms:Disable*"]))


def encrypt_input(cloud: Cloud, key: str) -> None:
    body = cloud.client("s3").get_object(Bucket=f"in-{cloud.account}", Key="in/x.jsonl")["Body"].read()
    cloud.upload(body, ServerSideEncryption="aws:kms", SSEKMSKeyId=key)


def output(cloud: Cloud, key: str) -> dict[str, Any]:
    config = {"s3Uri": f"s3://out-{cloud.account}/out/", "s3EncryptionKeyId": key}
    return {"outputDataConfig": {"s3OutputDataConfig": config}}


def default_encryption(cloud: Cloud, kind: str, key: str, *, bucket_key: bool) -> None:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bucket_key}
    cloud.client("s3").put_bucket_encryption(
        Bucket=f"{kind}-{cloud.account}", ServerSideEncryptionConfiguration={"Rules": [rule]}
    )


def ended(job: dict[str, Any]) -> str:
    return str(job["status"] if job["status"] != "Failed" else job["message"])


def test_a_key_that_does_not_delegate_to_iam_refuses_an_identity_policy(ready: Cloud) -> None:
    key = ready.key(administrator(ready))
    encrypt_input(ready, key)

    assert ended(ready.finish(ready.role(*ready.rights(), allow("kms:Decrypt", key)))).startswith(NO_GET)


def test_a_key_policy_that_names_the_role_is_enough(ready: Cloud) -> None:
    role = ready.role(*ready.rights())
    key = ready.key(administrator(ready), to(role, allow(BOTH)))
    encrypt_input(ready, key)

    assert ended(ready.finish(role, **output(ready, key))) == "Completed"


@pytest.mark.parametrize(("path", "message"), [("/cdk-bedrock-batch/", "Completed"), ("/else/", NO_GET)])
@pytest.mark.parametrize("principal", ["*", "arn:aws:iam::{account}:root"])
def test_a_key_policy_may_ask_for_the_path_of_the_role(ready: Cloud, principal: str, path: str, message: str) -> None:
    roles = f"arn:aws:iam::{ready.account}:role/cdk-bedrock-batch/*"
    mine = {"aws:PrincipalAccount": ready.account, "kms:CallerAccount": ready.account}
    statement = allow(BOTH, ArnLike={"aws:PrincipalArn": roles}, StringEquals=mine)
    key = ready.key(administrator(ready), to(principal.format(account=ready.account), statement))
    encrypt_input(ready, key)

    job = ready.finish(ready.role(*ready.rights(), allow(BOTH, key), Path=path), **output(ready, key))

    assert ended(job).startswith(message)


def test_a_whole_account_in_a_key_policy_leaves_the_decision_to_iam(ready: Cloud) -> None:
    key = ready.key(to(f"arn:aws:iam::{ready.account}:root", allow("kms:*")))
    encrypt_input(ready, key)

    assert ended(ready.finish(ready.role(*ready.rights()))).startswith(NO_GET)


def test_a_principal_with_a_wildcard_names_nobody(ready: Cloud) -> None:
    pattern = f"arn:aws:iam::{ready.account}:role/*"
    key = ready.key(administrator(ready), to(pattern, allow("kms:Decrypt")))
    encrypt_input(ready, key)

    assert ended(ready.finish(ready.role(*ready.rights(), allow("kms:Decrypt", key)))).startswith(NO_GET)


@pytest.mark.parametrize("state", ["disabled", "pending deletion"])
@pytest.mark.parametrize(("side", "message"), [("input", NO_GET), ("output", NO_PUT)])
def test_a_key_that_is_out_of_use_fails_the_job(ready: Cloud, state: str, side: str, message: str) -> None:
    key, kms = ready.key(), ready.client("kms")
    if side == "input":
        encrypt_input(ready, key)
    if state == "disabled":
        kms.disable_key(KeyId=key)
    else:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    role = ready.role(*ready.rights(), allow(BOTH, key))

    assert ended(ready.finish(role, **(output(ready, key) if side == "output" else {}))).startswith(message)


class TestAliases:
    @pytest.mark.parametrize("form", ["alias/results", "arn:aws:kms:{region}:{account}:alias/results"])
    def test_an_alias_stands_for_its_key(self, ready: Cloud, form: str) -> None:
        key = ready.key()
        ready.client("kms").create_alias(AliasName="alias/results", TargetKeyId=key)
        request = output(ready, form.format(region=REGION, account=ready.account))

        assert ended(ready.finish(ready.role(*ready.rights()), **request)).startswith(NO_PUT)
        allowed = ready.role(*ready.rights(), allow("kms:GenerateDataKey", key))
        assert ended(ready.finish(allowed, jobName="job-2", **request)) == "Completed"

    @pytest.mark.parametrize("form", ["alias/missing", "arn:aws:kms:{region}:{account}:alias/missing"])
    def test_a_missing_alias_fails_the_job_in_the_words_of_s3(self, ready: Cloud, form: str) -> None:
        role = ready.role(*ready.rights(), allow("kms:*"))
        request = output(ready, form.format(region=REGION, account=ready.account))

        assert ended(ready.finish(role, **request)).startswith(NO_PUT)

    def test_a_name_is_looked_up_in_the_account_of_the_job(self, cloud: Cloud, other: Cloud) -> None:
        other.client("kms").create_alias(AliasName="alias/results", TargetKeyId=other.key())
        cloud.bucket("in")
        cloud.bucket("out")
        cloud.upload(jsonl(120))
        role = cloud.role(*cloud.rights(), allow("kms:*"))

        assert ended(cloud.finish(role, **output(cloud, "alias/results"))).startswith(NO_PUT)

    @pytest.mark.parametrize(("alias", "message"), [("alias/results", "Completed"), ("alias/other", NO_PUT)])
    def test_a_policy_may_name_the_key_by_its_alias(self, ready: Cloud, alias: str, message: str) -> None:
        key = ready.key()
        ready.client("kms").create_alias(AliasName="alias/results", TargetKeyId=key)
        by_alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}
        role = ready.role(*ready.rights(), allow("kms:GenerateDataKey", "*", **by_alias))

        assert ended(ready.finish(role, **output(ready, key))).startswith(message)


class TestDefaultEncryption:
    @pytest.mark.parametrize(("granted", "message"), [(True, "Completed"), (False, NO_PUT)])
    def test_the_default_key_is_asked_for_without_a_key_in_the_request(
        self, ready: Cloud, granted: bool, message: str
    ) -> None:
        key = ready.key()
        default_encryption(ready, "out", key, bucket_key=True)
        role = ready.role(*ready.rights(), *([allow("kms:GenerateDataKey", key)] if granted else []))

        assert ended(ready.finish(role)).startswith(message)

    def test_a_key_in_the_request_takes_its_place(self, ready: Cloud) -> None:
        default, key = ready.key(), ready.key()
        default_encryption(ready, "out", default, bucket_key=True)
        role = ready.role(*ready.rights(), allow("kms:GenerateDataKey", key))

        assert ended(ready.finish(role, **output(ready, key))) == "Completed"

    @pytest.mark.parametrize("bucket_key", [True, False])
    @pytest.mark.parametrize("context", ["bucket", "objects"])
    def test_the_encryption_context_is_the_bucket_or_the_object(
        self, ready: Cloud, bucket_key: bool, context: str
    ) -> None:
        key = ready.key()
        default_encryption(ready, "out", key, bucket_key=bucket_key)
        arn = f"arn:aws:s3:::out-{ready.account}" + ("" if context == "bucket" else "/out/*")
        condition = {"StringLike": {"kms:EncryptionContext:aws:s3:arn": arn}}
        role = ready.role(*ready.rights(), allow("kms:GenerateDataKey", key, **condition))

        expected = "Completed" if bucket_key == (context == "bucket") else NO_PUT
        assert ended(ready.finish(role)).startswith(expected)


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_bucket_may_refuse_what_is_not_encrypted_with_its_key(ready: Cloud, encrypted: bool) -> None:
    key = ready.key()
    other_key = {"StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": key}}
    deny = allow("s3:PutObject", f"arn:aws:s3:::out-{ready.account}/*", **other_key)
    policy = document(deny | {"Effect": "Deny", "Principal": "*"})
    ready.client("s3").put_bucket_policy(Bucket=f"out-{ready.account}", Policy=policy)
    role = ready.role(*ready.rights(), allow("kms:GenerateDataKey", key))

    job = ready.finish(role, **(output(ready, key) if encrypted else {}))

    assert ended(job).startswith("Completed" if encrypted else NO_PUT)


class TestLargeResults:
    """Over 8 MiB a result goes up in parts, which S3 reads back."""

    @pytest.mark.parametrize(("actions", "message"), [(BOTH, "Completed"), (BOTH[1:], NO_PUT)])
    def test_they_need_decrypt_as_well(self, ready: Cloud, actions: tuple[str, ...], message: str) -> None:
        ready.upload(jsonl(120, lambda number: converse("A" * (0 if number else 9 << 20))))
        key = ready.key()
        role = ready.role(*ready.rights(), allow(actions, key))

        assert ended(ready.finish(role, **output(ready, key))).startswith(message)


class TestReaders:
    """Who reads results needs the key, too: what S3 asks for, it asks of every caller."""

    def read(self, ready: Cloud, key: str, *statements: Statement) -> Any:
        encrypt_input(ready, key)
        iam = ready.client("iam")
        iam.create_user(UserName="reader")
        rights = document(allow("s3:GetObject", f"arn:aws:s3:::in-{ready.account}/*"), *statements)
        iam.put_user_policy(UserName="reader", PolicyName="rights", PolicyDocument=rights)
        access = iam.create_access_key(UserName="reader")["AccessKey"]
        credentials = {name: access[name] for name in ("AccessKeyId", "SecretAccessKey")}
        s3 = ready.aws.client("s3", account=ready.account, region=REGION, credentials=credentials)
        return s3.get_object(Bucket=f"in-{ready.account}", Key="in/x.jsonl")

    def test_with_the_key_results_open(self, ready: Cloud) -> None:
        key = ready.key()

        assert self.read(ready, key, allow("kms:Decrypt", key))["ContentLength"] > 0

    def test_without_it_they_stay_closed(self, ready: Cloud) -> None:
        with pytest.raises(ClientError, match="AccessDenied"):
            self.read(ready, ready.key())
