"""Every kind of model: what the service role must be allowed to invoke, under which conditions, in which Region."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from local.cloud import LONG, NOVA, REGION, Cloud, Statement, allow, converse, document, jsonl

NO_INVOKE = "Customer doesn't have permissions to invokeModel"
CUSTOM = "custom-model/amazon.nova-lite-v1:0:300k/abcdef123456"


def model(region: str = REGION) -> str:
    return f"arn:aws:bedrock:{region}::foundation-model/{NOVA}"


def ended(job: dict[str, Any]) -> str:
    return str(job["status"] if job["status"] != "Failed" else job["message"])


class TestGlobalProfiles:
    """The three statements of the user guide's page on global cross-Region inference."""

    def profile(self, cloud: Cloud) -> str:
        return f"arn:aws:bedrock:{REGION}:{cloud.account}:inference-profile/global.{NOVA}"

    def statements(self, cloud: Cloud) -> list[Statement]:
        profile = self.profile(cloud)
        here = {"aws:RequestedRegion": REGION}
        through = {"bedrock:InferenceProfileArn": profile}
        return [
            allow("bedrock:InvokeModel", profile, StringEquals=here),
            allow("bedrock:InvokeModel", model(), StringEquals=here | through),
            allow("bedrock:InvokeModel", model(""), StringEquals={"aws:RequestedRegion": "unspecified"} | through),
        ]

    def finish(self, ready: Cloud, statements: list[Statement]) -> str:
        role = ready.role(*ready.rights("bedrock:InvokeModel"), *statements)
        return ended(ready.finish(role, modelId=f"global.{NOVA}"))

    def test_the_documented_statements_are_enough(self, ready: Cloud) -> None:
        assert self.finish(ready, self.statements(ready)) == "Completed"

    @pytest.mark.parametrize("missing", [0, 1, 2])
    def test_each_of_them_is_needed(self, ready: Cloud, missing: int) -> None:
        statements = self.statements(ready)
        del statements[missing]

        assert self.finish(ready, statements) == NO_INVOKE

    @pytest.mark.parametrize(("statement", "region"), [(0, "unspecified"), (1, "us-east-1"), (2, REGION)])
    def test_the_requested_region_is_that_of_the_caller_or_unspecified(
        self, ready: Cloud, statement: int, region: str
    ) -> None:
        statements = self.statements(ready)
        statements[statement]["Condition"]["StringEquals"]["aws:RequestedRegion"] = region

        assert self.finish(ready, statements) == NO_INVOKE


def test_the_condition_on_a_profile_forbids_the_model_without_it(ready: Cloud) -> None:
    profile = f"arn:aws:bedrock:{REGION}:{ready.account}:inference-profile/eu.{NOVA}"
    through = allow("bedrock:InvokeModel", model("*"), StringEquals={"bedrock:InferenceProfileArn": profile})
    role = ready.role(*ready.rights("bedrock:InvokeModel"), allow("bedrock:InvokeModel", profile), through)

    assert ended(ready.finish(role, modelId=f"eu.{NOVA}")) == "Completed"
    assert ended(ready.finish(role, jobName="job-2")) == NO_INVOKE


def test_a_condition_on_the_owner_of_a_model_denies_every_model(ready: Cloud) -> None:
    owned = allow("bedrock:InvokeModel", model(), StringEquals={"aws:ResourceOrgID": "o-example"})

    assert ended(ready.finish(ready.role(*ready.rights("bedrock:InvokeModel"), owned))) == NO_INVOKE


@pytest.mark.parametrize("allowed", [True, False])
def test_a_custom_model_is_a_resource_of_its_account(ready: Cloud, allowed: bool) -> None:
    custom = f"arn:aws:bedrock:{REGION}:{ready.account}:{CUSTOM}"
    on = custom if allowed else model()
    role = ready.role(*ready.rights("bedrock:InvokeModel"), allow("bedrock:InvokeModel", on))

    assert ended(ready.finish(role, modelId=custom)) == ("Completed" if allowed else NO_INVOKE)


class TestApplicationProfiles:
    """A profile of the account, copied from a system profile: it routes to whatever that routes to."""

    def made(self, ready: Cloud) -> str:
        source = f"arn:aws:bedrock:{REGION}:{ready.account}:inference-profile/eu.{NOVA}"
        made = ready.bedrock.create_inference_profile(inferenceProfileName="team", modelSource={"copyFrom": source})
        return str(made["inferenceProfileArn"])

    @pytest.mark.parametrize(("regions", "status"), [("*", "Completed"), (REGION, NO_INVOKE)])
    def test_the_model_must_be_allowed_in_every_destination(self, ready: Cloud, regions: str, status: str) -> None:
        profile = self.made(ready)
        through = {"StringEquals": {"bedrock:InferenceProfileArn": profile}}
        models = allow("bedrock:InvokeModel", model(regions), **through)
        role = ready.role(*ready.rights("bedrock:InvokeModel"), allow("bedrock:InvokeModel", profile), models)

        assert ended(ready.finish(role, modelId=profile)) == status

    @pytest.mark.parametrize("missing", ["profile", "models", "nothing"])
    def test_a_caller_needs_the_profile_and_every_model_behind_it(self, ready: Cloud, missing: str) -> None:
        profile, role = self.made(ready), ready.role(*ready.rights())
        resources = {"profile": profile, "models": model("*"), "jobs": ready.jobs_arn + "*"}
        resources.pop(missing, None)
        create = allow("bedrock:CreateModelInvocationJob", list(resources.values()))
        caller = ready.user(create, allow("iam:PassRole"))

        if missing == "nothing":
            caller.create_model_invocation_job(**ready.request(role, modelId=profile))
        else:
            with pytest.raises(ClientError, match="not authorized to perform: bedrock:CreateModelInvocationJob"):
                caller.create_model_invocation_job(**ready.request(role, modelId=profile))


def test_two_regions_of_an_account_have_their_own_jobs_buckets_and_keys(ready: Cloud) -> None:
    far = "us-east-1"
    account = ready.account
    kms, s3 = (ready.aws.client(service, account=account, region=far) for service in ("kms", "s3"))
    key = kms.create_key()["KeyMetadata"]["Arn"]
    for kind in ("far-in", "far-out"):
        s3.create_bucket(Bucket=f"{kind}-{account}")
    s3.put_object(
        Bucket=f"far-in-{account}",
        Key="in/x.jsonl",
        Body=jsonl(120, lambda number: converse(f"Report {number}")),
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=key,
    )
    jobs = f"arn:aws:bedrock:{far}:{account}:model-invocation-job/*"
    principal = {"Service": "bedrock.amazonaws.com"}
    condition = {"ArnLike": {"aws:SourceArn": jobs}}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
    role = ready.role(
        allow("s3:ListBucket", f"arn:aws:s3:::far-in-{account}"),
        allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::far-*-{account}/*"),
        allow("bedrock:InvokeModel", model(far), StringEquals={"aws:RequestedRegion": far}),
        allow(
            ["kms:Decrypt", "kms:GenerateDataKey"],
            key,
            StringEquals={"kms:ViaService": f"s3.{far}.amazonaws.com"},
        ),
        trust=document(trust),
    )
    bedrock = ready.aws.client("bedrock", account=account, region=far)
    request = ready.request(
        role,
        inputDataConfig={"s3InputDataConfig": {"s3Uri": f"s3://far-in-{account}/in/"}},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": f"s3://far-out-{account}/out/", "s3EncryptionKeyId": key}},
    )

    arn = bedrock.create_model_invocation_job(**request)["jobArn"]
    at_home = ready.create(role)
    ready.aws.advance(LONG)

    assert ended(bedrock.get_model_invocation_job(jobIdentifier=arn)) == "Completed"
    assert ready.get(at_home)["message"] == "Could not assume provided IAM role"
    with pytest.raises(ClientError, match="could not be found"):
        ready.get(arn)
