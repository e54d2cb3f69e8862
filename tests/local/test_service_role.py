"""What a job says when its service role lacks something: the words of AWS, at the time that AWS gives them."""

from __future__ import annotations

from typing import Any

import pytest
from local.cloud import NOVA, REGION, Cloud, allow, document

NO_LIST = "Could not validate ListBucket permissions for S3URI"
NO_GET = "Could not validate GetObject permissions to access Amazon S3 bucket: in-{account} at key in/x.jsonl"
NO_PUT = (
    "Could not validate PutObject permissions to access Amazon S3 bucket: out-{account} at key out/{job}/x.jsonl.out"
)
NO_INVOKE = "Customer doesn't have permissions to invokeModel"
NO_ROLE = "Could not assume provided IAM role"


def assert_failed(cloud: Cloud, job: dict[str, Any], message: str) -> None:
    expected = message.format(account=cloud.account, job=job["jobArn"].rsplit("/", 1)[-1])
    assert (job["status"], job.get("message", "")[: len(expected)]) == ("Failed", expected)
    assert cloud.output_names() == []


def test_a_role_with_exactly_the_rights_is_enough(ready: Cloud) -> None:
    assert ready.finish(ready.role(*ready.rights()))["status"] == "Completed"


@pytest.mark.parametrize(
    ("left_out", "message"),
    [
        ("s3:ListBucket", NO_LIST),
        ("s3:GetObject", NO_GET),
        ("s3:PutObject", NO_PUT),
        ("bedrock:InvokeModel", NO_INVOKE),
    ],
)
def test_a_missing_right_fails_the_job_in_the_words_of_aws(ready: Cloud, left_out: str, message: str) -> None:
    job = ready.finish(ready.role(*ready.rights(left_out)))

    assert_failed(ready, job, message)


@pytest.mark.parametrize(
    ("left_out", "before"), [("s3:PutObject", "Validating"), ("bedrock:InvokeModel", "InProgress")]
)
def test_storage_fails_in_validating_and_the_model_late(ready: Cloud, left_out: str, before: str) -> None:
    arn = ready.create(ready.role(*ready.rights(left_out)))
    seen = [ready.get(arn)["status"]]
    while seen[-1] != "Failed":
        ready.aws.advance(30)
        seen.append(ready.get(arn)["status"])

    assert seen[-2] == before


@pytest.mark.parametrize(
    "trust",
    [
        {"aws:SourceAccount": "999999999999"},
        {"aws:SourceArn": "arn:aws:bedrock:eu-west-1:999999999999:model-invocation-job/*"},
    ],
    ids=["SourceAccount", "SourceArn"],
)
def test_a_trust_policy_for_somebody_else_fails_the_job(ready: Cloud, trust: dict[str, str]) -> None:
    role = ready.role(*ready.rights(), trust=ready.trust(**trust))

    assert_failed(ready, ready.finish(role), NO_ROLE)


@pytest.mark.parametrize("service", ["lambda.amazonaws.com", "sagemaker.amazonaws.com"])
def test_only_bedrock_as_principal_counts(ready: Cloud, service: str) -> None:
    principal = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}

    assert_failed(ready, ready.finish(ready.role(*ready.rights(), trust=document(principal))), NO_ROLE)


def test_a_role_that_is_not_there_fails_the_job(ready: Cloud) -> None:
    assert_failed(ready, ready.finish(f"arn:aws:iam::{ready.account}:role/never-made"), NO_ROLE)


def test_a_bucket_policy_can_deny_the_role(ready: Cloud) -> None:
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::out-{ready.account}/*",
    }
    ready.client("s3").put_bucket_policy(Bucket=f"out-{ready.account}", Policy=document(deny))

    assert_failed(ready, ready.finish(ready.role(*ready.rights())), NO_PUT)


def test_a_bucket_that_demands_tls_accepts_the_job(ready: Cloud) -> None:
    for bucket in (f"in-{ready.account}", f"out-{ready.account}"):
        resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
        insecure = {"Bool": {"aws:SecureTransport": "false"}}
        deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resources, "Condition": insecure}
        ready.client("s3").put_bucket_policy(Bucket=bucket, Policy=document(deny))

    assert ready.finish(ready.role(*ready.rights()))["status"] == "Completed"


def test_conditions_on_the_owner_of_the_bucket_are_evaluated(ready: Cloud) -> None:
    put = allow(
        "s3:PutObject", f"arn:aws:s3:::out-{ready.account}/*", StringEquals={"aws:ResourceAccount": "999999999999"}
    )

    assert_failed(ready, ready.finish(ready.role(*ready.rights("s3:PutObject"), put)), NO_PUT)


@pytest.mark.parametrize("reach", ["in-other/*", "in-{account}/elsewhere/*"])
def test_a_right_on_another_prefix_is_none(ready: Cloud, reach: str) -> None:
    elsewhere = allow("s3:GetObject", "arn:aws:s3:::" + reach.format(account=ready.account))

    assert_failed(ready, ready.finish(ready.role(*ready.rights("s3:GetObject"), elsewhere)), NO_GET)


@pytest.mark.parametrize(("member", "message"), [("inputDataConfig", NO_LIST), ("outputDataConfig", NO_PUT)])
def test_a_bucket_must_belong_to_the_account_that_the_request_names(ready: Cloud, member: str, message: str) -> None:
    wanted = ready.request("")[member]
    ((_, config),) = wanted.items()
    config["s3BucketOwner"] = "999999999999"

    assert_failed(ready, ready.finish(ready.role(*ready.rights()), **{member: wanted}), message)


class TestKms:
    """Keys are asked for through S3, so a missing right on a key looks like one on S3."""

    @staticmethod
    def through_s3(action: str, key: str, region: str = REGION) -> dict[str, Any]:
        return allow(action, key, StringEquals={"kms:ViaService": f"s3.{region}.amazonaws.com"})

    def encrypted_input(self, ready: Cloud) -> str:
        key = ready.key()
        ready.upload(
            ready.client("s3").get_object(Bucket=f"in-{ready.account}", Key="in/x.jsonl")["Body"].read(),
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=key,
        )
        return key

    def test_an_encrypted_input_needs_decrypt(self, ready: Cloud) -> None:
        key = self.encrypted_input(ready)

        assert_failed(ready, ready.finish(ready.role(*ready.rights())), NO_GET)
        allowed = ready.role(*ready.rights(), self.through_s3("kms:Decrypt", key))
        assert ready.finish(allowed, jobName="job-2")["status"] == "Completed"

    @pytest.mark.parametrize("wrong", ["region", "key"])
    def test_decrypt_on_another_key_or_through_another_region_is_not_enough(self, ready: Cloud, wrong: str) -> None:
        key = self.encrypted_input(ready)
        right = (
            self.through_s3("kms:Decrypt", key, "us-east-1")
            if wrong == "region"
            else self.through_s3("kms:Decrypt", ready.key())
        )

        assert_failed(ready, ready.finish(ready.role(*ready.rights(), right)), NO_GET)

    def test_an_output_key_needs_generate_data_key_and_encrypts_the_results(self, ready: Cloud) -> None:
        key = ready.key()
        output = {"s3OutputDataConfig": {"s3Uri": f"s3://out-{ready.account}/out/", "s3EncryptionKeyId": key}}

        assert_failed(ready, ready.finish(ready.role(*ready.rights()), outputDataConfig=output), NO_PUT)
        allowed = ready.role(*ready.rights(), self.through_s3("kms:GenerateDataKey", key))
        job = ready.finish(allowed, jobName="job-2", outputDataConfig=output)

        assert job["status"] == "Completed"
        name = f"out/{job['jobArn'].rsplit('/', 1)[-1]}/manifest.json.out"
        written = ready.client("s3").head_object(Bucket=f"out-{ready.account}", Key=name)
        assert (written["ServerSideEncryption"], written["SSEKMSKeyId"]) == ("aws:kms", key)

    def test_the_default_key_of_the_output_bucket_counts_as_well(self, ready: Cloud) -> None:
        key = ready.key()
        default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
        ready.client("s3").put_bucket_encryption(
            Bucket=f"out-{ready.account}", ServerSideEncryptionConfiguration={"Rules": [default]}
        )

        assert_failed(ready, ready.finish(ready.role(*ready.rights())), NO_PUT)

    def test_the_key_policy_has_a_say(self, ready: Cloud) -> None:
        key = self.encrypted_input(ready)
        deny = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*"}
        ready.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=document(deny))

        role = ready.role(*ready.rights(), self.through_s3("kms:Decrypt", key))

        assert_failed(ready, ready.finish(role), NO_GET)


class TestInferenceProfiles:
    """The model behind a profile must be allowed wherever the profile may send a request."""

    def finish(self, ready: Cloud, geography: str, *resources: str) -> dict[str, Any]:
        profile = f"arn:aws:bedrock:{REGION}:{ready.account}:inference-profile/{geography}.{NOVA}"
        through = {"StringEquals": {"bedrock:InferenceProfileArn": profile}}
        models = allow("bedrock:InvokeModel", list(resources), **through)
        role = ready.role(*ready.rights("bedrock:InvokeModel"), allow("bedrock:InvokeModel", profile), models)
        return ready.finish(role, modelId=f"{geography}.{NOVA}")

    def test_every_destination_is_enough(self, ready: Cloud) -> None:
        assert self.finish(ready, "eu", f"arn:aws:bedrock:*::foundation-model/{NOVA}")["status"] == "Completed"

    def test_an_application_profile_needs_the_model_that_it_was_copied_from(self, ready: Cloud) -> None:
        model = f"arn:aws:bedrock:{REGION}::foundation-model/{NOVA}"
        made = ready.bedrock.create_inference_profile(inferenceProfileName="team", modelSource={"copyFrom": model})
        profile = made["inferenceProfileArn"]
        on_profile = allow("bedrock:InvokeModel", profile)
        on_model = allow("bedrock:InvokeModel", model, StringEquals={"bedrock:InferenceProfileArn": profile})
        others = ready.rights("bedrock:InvokeModel")

        assert_failed(ready, ready.finish(ready.role(*others, on_profile), modelId=profile), NO_INVOKE)
        complete = ready.role(*others, on_profile, on_model)
        assert ready.finish(complete, modelId=profile, jobName="job-2")["status"] == "Completed"

    def test_the_own_region_alone_is_not(self, ready: Cloud) -> None:
        job = self.finish(ready, "eu", f"arn:aws:bedrock:{REGION}::foundation-model/{NOVA}")

        assert_failed(ready, job, NO_INVOKE)

    def test_a_global_profile_needs_the_model_without_a_region(self, ready: Cloud) -> None:
        own = f"arn:aws:bedrock:{REGION}::foundation-model/{NOVA}"
        assert_failed(ready, self.finish(ready, "global", own), NO_INVOKE)

    def test_a_global_profile_runs_with_it(self, ready: Cloud) -> None:
        own, everywhere = (f"arn:aws:bedrock:{place}::foundation-model/{NOVA}" for place in (REGION, ""))

        assert self.finish(ready, "global", own, everywhere)["status"] == "Completed"
