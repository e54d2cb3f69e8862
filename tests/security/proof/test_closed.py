"""Who has no business with a job is refused: other principals, stacks, accounts, kinds of jobs, and other jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from security.proof.deployment import Deployment
from security.proof.handler_role import HandlerRole
from security.proof.places import Object, Places, refusal
from security.proof.sessions import Credentials, allow, session, trust_of, user
from security.proof.surroundings import OTHER_REGION, OURS, REGION, Account

NO_ROLE = "Could not assume provided IAM role"
Call = Callable[[Places, Account, Credentials | None], str]
REQUEST = ("roleArn", "modelId", "modelInvocationType", "inputDataConfig", "outputDataConfig")


def request(deployment: Deployment, name: str, **members: Any) -> dict[str, Any]:
    """What a deployed job was asked for, but for some members."""
    job = deployment.job(name)
    return {"jobName": "closed", **{member: job[member] for member in REQUEST}, **members}


def read(which: str) -> Call:
    def call(places: Places, account: Account, keys: Credentials | None) -> str:
        found: Object = getattr(places, which)
        return refusal(account.client("s3", keys).get_object, Bucket=found.bucket, Key=found.key)

    return call


def list_answers(places: Places, account: Account, keys: Credentials | None) -> str:
    return refusal(account.client("s3", keys).list_objects_v2, Bucket=places.answers.bucket)


def write(which: str) -> Call:
    def call(places: Places, account: Account, keys: Credentials | None) -> str:
        found: Object = getattr(places, which)
        return refusal(account.client("s3", keys).put_object, Bucket=found.bucket, Key=found.key, Body=b"")

    return call


def decrypt(places: Places, account: Account, keys: Credentials | None) -> str:
    return refusal(account.client("kms", keys).decrypt, CiphertextBlob=places.ciphertext, KeyId=places.key_arn)


def take_role(places: Places, account: Account, keys: Credentials | None) -> str:
    return refusal(account.client("sts", keys).assume_role, RoleArn=places.role_arn, RoleSessionName="closed")


def pass_role(places: Places, account: Account, keys: Credentials | None) -> str:
    create = account.client("bedrock", keys).create_model_invocation_job
    return refusal(create, **request(places.deployment, "FoundationModel"))


def invoke(places: Places, account: Account, keys: Credentials | None) -> str:
    return refusal(account.client("lambda", keys).invoke, FunctionName=places.function_arn, Payload=b"{}")


@pytest.fixture(scope="module")
def places(deployment: Deployment) -> Places:
    return Places.of(deployment)


class TestAnotherPrincipalOfTheAccount:
    @pytest.mark.parametrize(
        ("call", "action"),
        [
            (read("uploaded"), "s3:GetObject"),
            (read("prompts"), "s3:GetObject"),
            (read("answers"), "s3:GetObject"),
            (list_answers, "s3:ListBucket"),
            (write("prompts"), "s3:PutObject"),
            (decrypt, "kms:Decrypt"),
            (take_role, "sts:AssumeRole"),
            (invoke, "lambda:InvokeFunction"),
        ],
    )
    def test_nothing_lets_it_in(self, places: Places, call: Call, action: str) -> None:
        account = places.deployment.ours
        assert f"is not authorized to perform: {action}" in call(places, account, user(account))

    @pytest.mark.parametrize(
        ("call", "missing"),
        [
            # S3 itself would allow it; it is the key that does not. The embedded AWS words it as S3's refusal.
            (read("prompts"), "s3:GetObject"),
            (read("answers"), "s3:GetObject"),
            (write("prompts"), "s3:PutObject"),
            (take_role, "sts:AssumeRole on resource: "),
            (pass_role, "iam:PassRole on resource: "),
        ],
    )
    def test_rights_on_all_buckets_roles_and_jobs_are_not_enough(
        self, places: Places, call: Call, missing: str
    ) -> None:
        account = places.deployment.ours
        much = user(account, allow(["s3:*", "bedrock:*", "sts:*"]))
        assert f"is not authorized to perform: {missing}" in call(places, account, much)

    def test_rights_on_bucket_and_key_together_are(self, places: Places) -> None:
        account, found = places.deployment.ours, places.prompts
        s3 = account.client("s3", user(account, allow(["s3:GetObject", "kms:Decrypt"])))
        assert s3.get_object(Bucket=found.bucket, Key=found.key)["Body"].read()


class TestAnotherStack:
    @pytest.mark.parametrize(
        ("stack", "region", "name"), [("ProofElsewhere", OTHER_REGION, "OtherRegion"), ("Proof", REGION, "Network")]
    )
    def test_its_handler_cannot_pass_the_roles_of_this_one(
        self, deployment: Deployment, stack: str, region: str, name: str
    ) -> None:
        """Each stack's handler asks for its own stack's job, with a role of the other stack."""
        account = Account(deployment.aws, OURS, region)
        others = deployment.job("FoundationModel" if stack != "Proof" else "OtherRegion")["roleArn"]
        with HandlerRole.of_stack(account, stack).session() as keys:
            asked = request(deployment, name, roleArn=others)
            said = refusal(account.client("bedrock", keys).create_model_invocation_job, **asked)
        assert f"is not authorized to perform: iam:PassRole on resource: {others} because no identity-based" in said

    def test_the_role_of_its_job_reads_nothing_of_this_one(self, places: Places) -> None:
        account = Account(places.deployment.aws, OURS, OTHER_REGION)
        keys = session(account, places.deployment.job("OtherRegion")["roleArn"])
        for call in (read("uploaded"), read("prompts"), read("answers"), list_answers, write("answers"), decrypt):
            assert "is not authorized to perform: " in call(places, places.deployment.ours, keys)


class TestAnotherAccount:
    @pytest.mark.parametrize(
        "call", [read("uploaded"), read("prompts"), read("answers"), list_answers, write("prompts"), decrypt, take_role]
    )
    def test_its_administrator_reaches_nothing(self, places: Places, call: Call) -> None:
        account = places.deployment.theirs
        said = call(places, account, user(account, allow("*")))
        assert "is not authorized to perform: " in said

    def test_it_cannot_pass_our_role(self, places: Places) -> None:
        assert pass_role(places, places.deployment.theirs, None) == "Cross-account pass role is not allowed."

    def test_its_job_is_not_trusted(self, deployment: Deployment) -> None:
        """The trust policy of our role, on a role of theirs: Amazon Bedrock comes for a job of another account."""
        theirs, trust = deployment.theirs, trust_of(deployment.ours, deployment.job("FoundationModel")["roleArn"])
        asked = request(deployment, "FoundationModel", roleArn=theirs.role("closed", trust))
        started = theirs.client("bedrock").create_model_invocation_job(**asked)
        deployment.run()
        assert deployment.get(theirs, started["jobArn"])["message"].startswith(NO_ROLE)

    def test_what_others_add_for_our_jobs_lets_nobody_else_in(self, places: Places) -> None:
        """Not the rest of our account, and no third one."""
        deployment = places.deployment
        third = Account(deployment.aws, "777788889999")
        for account in (deployment.ours, third):
            s3 = account.client("s3", user(account, allow(["s3:*", "kms:*"])))
            for bucket in ("proof-their-prompts", "proof-their-answers"):
                folders = s3_folders(deployment, bucket)
                assert folders
                for key in folders:
                    assert refusal(s3.get_object, Bucket=bucket, Key=key)
                    assert refusal(s3.put_object, Bucket=bucket, Key=key, Body=b"")
                    assert refusal(s3.list_objects_v2, Bucket=bucket, Prefix=key)


def s3_folders(deployment: Deployment, bucket: str) -> list[str]:
    """The objects of a bucket of theirs."""
    return [found["Key"] for found in deployment.theirs.client("s3").list_objects_v2(Bucket=bucket)["Contents"]]
