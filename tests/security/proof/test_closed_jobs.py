"""A service role serves batch inference jobs alone, and each job reads and writes its own part of the buckets."""

from __future__ import annotations

import pytest
from ministack.core import iam_evaluator as evaluator

from security.proof.deployment import Deployment
from security.proof.places import Object, answers, refusal
from security.proof.sessions import changed_trust, session, trust_of
from security.proof.surroundings import OTHER_REGION, OURS, REGION, THEIRS, document

JOB = f"arn:aws:bedrock:{REGION}:{OURS}:model-invocation-job/a1b2c3d4e5f6"
NO_ROLE = "Could not assume provided IAM role"


@pytest.fixture(scope="module", autouse=True)
def done(deployment: Deployment) -> None:
    deployment.run()


@pytest.mark.parametrize("name", ["FoundationModel", "SharedOne", "Bounded"])
class TestTrust:
    """Evaluated as the embedded AWS does it when a job starts, with the source that Amazon Bedrock would name."""

    def decision(
        self, deployment: Deployment, name: str, source: str, account: str = OURS, service: str = "bedrock"
    ) -> str:
        """Whether the deployed trust policy lets a service in that comes for `source`."""
        role_arn, principal = deployment.job(name)["roleArn"], f"{service}.amazonaws.com"
        request = evaluator.EvalContext(
            principal_arn=principal,
            principal_type="Service",
            principal_account=account,
            action="sts:AssumeRole",
            resource_arn=role_arn,
            region=REGION,
            service_context={"aws:sourceaccount": account, "aws:sourcearn": source},
        )
        trust = document(trust_of(deployment.ours, role_arn))
        return str(evaluator.evaluate_resource_policy(trust, request, service=principal).decision)

    def test_a_batch_inference_job_of_the_account_and_region_is_let_in(self, deployment: Deployment, name: str) -> None:
        assert self.decision(deployment, name, JOB) == "Allow"

    @pytest.mark.parametrize(
        ("source", "account"),
        [
            (JOB.replace("model-invocation-job", "model-customization-job"), OURS),
            (JOB.replace("model-invocation-job", "evaluation-job"), OURS),
            (JOB.replace("model-invocation-job", "agent"), OURS),
            (JOB.replace(REGION, OTHER_REGION), OURS),
            (JOB.replace(OURS, THEIRS), OURS),
            (JOB.replace(OURS, THEIRS), THEIRS),
            (JOB, THEIRS),
        ],
    )
    def test_nothing_else_is(self, deployment: Deployment, name: str, source: str, account: str) -> None:
        assert self.decision(deployment, name, source, account) == "ImplicitDeny"

    def test_no_other_service_is(self, deployment: Deployment, name: str) -> None:
        assert self.decision(deployment, name, JOB, service="lambda") == "ImplicitDeny"


def test_a_role_for_another_kind_of_job_fails_a_batch_inference_job(deployment: Deployment) -> None:
    role_arn = deployment.job("FoundationModel")["roleArn"]
    (deployed,) = trust_of(deployment.ours, role_arn)
    customization = JOB.replace("model-invocation-job", "model-customization-job").rpartition("/")[0] + "/*"
    conditions = deployed["Condition"] | {"ArnLike": {"aws:SourceArn": customization}}
    with changed_trust(deployment.ours, role_arn, [deployed | {"Condition": conditions}]):
        started = deployment.again("FoundationModel")
        deployment.run()
    assert deployment.get(deployment.ours, started)["message"].startswith(NO_ROLE)


class TestAnotherJob:
    """BucketKey and BucketPrefix have their records in one bucket and their output in another."""

    def test_its_role_reads_and_writes_its_own_and_nothing_else(self, deployment: Deployment) -> None:
        own, other = deployment.job("BucketPrefix"), deployment.job("BucketKey")
        s3 = deployment.ours.client("s3", session(deployment.ours, own["roleArn"]))
        prompts = Object("proof-own-prompts", "in/small/a.jsonl")
        for allowed in (prompts, answers(own)):
            assert s3.get_object(Bucket=allowed.bucket, Key=allowed.key)["Body"].read()
            assert "Contents" in s3.list_objects_v2(Bucket=allowed.bucket, Prefix=folder(allowed))
        s3.put_object(Bucket=answers(own).bucket, Key=folder(answers(own)) + "more", Body=b"")

        others = Object.of(other["inputDataConfig"]["s3InputDataConfig"]["s3Uri"])
        for closed in (others, answers(other)):
            assert "s3:GetObject" in refusal(s3.get_object, Bucket=closed.bucket, Key=closed.key)
            for prefix in ("", folder(closed), closed.key):
                assert "s3:ListBucket" in refusal(s3.list_objects_v2, Bucket=closed.bucket, Prefix=prefix)
        for closed in (prompts, others, answers(other)):
            assert "s3:PutObject" in refusal(s3.put_object, Bucket=closed.bucket, Key=closed.key, Body=b"")

    @pytest.mark.parametrize(
        ("member", "message"),
        [
            ("inputDataConfig", "Could not validate ListBucket permissions for S3URI s3://proof-own-prompts/in/large"),
            ("outputDataConfig", "Could not validate PutObject permissions to access Amazon S3 bucket: "),
        ],
    )
    def test_a_job_with_the_prompts_or_answers_of_another_fails(
        self, deployment: Deployment, member: str, message: str
    ) -> None:
        started = deployment.again("BucketPrefix", **{member: deployment.job("BucketKey")[member]})
        deployment.run()
        job = deployment.get(deployment.ours, started)
        assert (job["status"], job["message"][: len(message)]) == ("Failed", message)


def folder(found: Object) -> str:
    return found.key.rpartition("/")[0] + "/"
