"""cdk-nag: no pack finds anything that the library has not answered for, and all of them can find."""

import cdk_nag
import pytest
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from security.assembly import Assembly
from security.configurations import CONFIGURATIONS
from security.registry import job
from security.rule_packs import PACKS, findings, of_the_library


def test_every_pack_of_cdk_nag_is_run() -> None:
    assert set(PACKS.values()) == {getattr(cdk_nag, name) for name in dir(cdk_nag) if name.endswith("Checks")}


@pytest.mark.parametrize("pack", PACKS)
def test_no_finding_is_open_in_any_configuration(assembly: Assembly, pack: str) -> None:
    assert of_the_library(findings(assembly.app, pack)) == set()


@pytest.mark.parametrize(
    ("pack", "finding"),
    [
        ("AwsSolutions", "AwsSolutions-S10"),
        ("HIPAA.Security", "HIPAA.Security-S3BucketPublicReadProhibited"),
        ("NIST.800.53.R4", "NIST.800.53.R4-S3BucketVersioningEnabled"),
        ("NIST.800.53.R5", "NIST.800.53.R5-S3BucketVersioningEnabled"),
        ("PCI.DSS.321", "PCI.DSS.321-S3BucketPublicReadProhibited"),
        ("Serverless", "Serverless-LambdaTracing"),
    ],
)
def test_a_pack_does_find_what_is_wrong_beside_a_job(pack: str, finding: str) -> None:
    stack = Stack(App(), "Stack")
    job(stack)
    s3.CfnBucket(stack, "Open")
    code = lambda_.Code.from_inline("pass")
    lambda_.Function(stack, "Function", runtime=lambda_.Runtime.PYTHON_3_11, handler="index.handler", code=code)
    assert finding in {found for _, found in findings(stack, pack)}


def test_what_a_user_adds_to_a_role_of_ours_is_found_though_the_same_is_acknowledged_of_the_role() -> None:
    stack = Stack(App(), "Stack")
    next(each for each in CONFIGURATIONS if each.name == "vpc").build(stack)
    role = stack.node.find_child("Job").service_role  # type: ignore[attr-defined] # a ModelInvocationJob
    role.add_to_principal_policy(iam.PolicyStatement(actions=["kms:Decrypt"], resources=["*"]))
    found = findings(stack)
    assert {finding for _, finding in found} >= {"AwsSolutions-IAM5[Resource::*]", "HIPAA.Security-IAMNoInlinePolicy"}
    assert {path.split("/")[-2] for path, _ in found} == {"DefaultPolicy"}


def test_a_policy_that_a_user_made_before_the_job_is_not_spoken_for() -> None:
    stack = Stack(App(), "Stack")
    role = iam.Role(stack, "Theirs", assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"))
    role.add_to_principal_policy(iam.PolicyStatement(actions=["kms:Decrypt"], resources=["*"]))
    job(stack, service_role=role)
    assert {finding for _, finding in findings(stack)} == {
        "AwsSolutions-IAM5[Resource::*]",
        "HIPAA.Security-IAMNoInlinePolicy",
        "NIST.800.53.R4-IAMNoInlinePolicy",
        "NIST.800.53.R5-IAMNoInlinePolicy",
        "PCI.DSS.321-IAMNoInlinePolicy",
    }


@pytest.mark.parametrize("wrong", [False, True])
def test_an_app_with_all_packs_as_its_plugins_is_synthesized_unless_something_else_is_wrong(wrong: bool) -> None:
    app = App()
    stack = Stack(app, "Stack")
    job(stack)
    if wrong:
        s3.CfnBucket(stack, "Open")
    Validations.of(app).add_plugins(*(pack(app) for pack in PACKS.values()))
    if wrong:
        with pytest.raises(RuntimeError, match="S3BucketVersioningEnabled"):
            app.synth()
    else:
        app.synth()
