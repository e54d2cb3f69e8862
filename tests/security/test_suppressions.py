"""Suppressions of cdk-nag 2 say what is acknowledged, in its own form, and only where they are asked for."""

from pathlib import Path

from aws_cdk import Acknowledgment, App, Aspects, CfnResource, Stack, Validations
from aws_cdk.assertions import Template

from cdk_bedrock_batch import CdkNag2Suppressions
from cdk_bedrock_batch._nag import suppressions
from security.assembly import APP_FLAGS, VARIANTS, Assembly
from security.registry import job


def test_every_acknowledged_finding_of_every_configuration_is_suppressed(tmp_path: Path) -> None:
    assembly = Assembly.of(VARIANTS[APP_FLAGS], tmp_path)
    written = set()
    for construct in assembly.app.node.find_all():
        CdkNag2Suppressions().visit(construct)
        rules = construct.get_metadata("cdk_nag") if isinstance(construct, CfnResource) else None
        for rule in (rules or {}).get("rules_to_suppress", []):
            for found in [f"[{each}]" for each in rule.get("applies_to", [])] or [""]:
                written.add((construct.node.path, rule["id"] + found, rule["reason"]))

    assert len(written) > 300
    assert written == assembly.acknowledged


def test_a_template_has_suppressions_only_if_they_are_asked_for() -> None:
    written = []
    for asked in (False, True):
        stack = Stack(App(), "Stack")
        job(stack)
        if asked:
            Aspects.of(stack).add(CdkNag2Suppressions())
        written.append("cdk_nag" in str(Template.from_stack(stack).to_json()))

    assert written == [False, True]


def test_a_rule_with_several_findings_names_them() -> None:
    assert suppressions(
        {
            "AwsSolutions-IAM5[Resource::<Bucket.Arn>/a/*]": "its own folder",
            "Annotation::AwsSolutions-IAM5[Resource::*]": "no resource-level permission",
            "AwsSolutions-IAM5[Resource::<Bucket.Arn>/b/*]": "its own folder",
            "PCI.DSS.321-LambdaInsideVPC": "nothing in a VPC",
        }
    ) == [
        {
            "id": "AwsSolutions-IAM5",
            "reason": "its own folder",
            "applies_to": ["Resource::<Bucket.Arn>/a/*", "Resource::<Bucket.Arn>/b/*"],
        },
        {"id": "AwsSolutions-IAM5", "reason": "no resource-level permission", "applies_to": ["Resource::*"]},
        {"id": "PCI.DSS.321-LambdaInsideVPC", "reason": "nothing in a VPC"},
    ]


def test_what_is_acknowledged_of_other_tools_is_left_out() -> None:
    assert suppressions({"cdk-bedrock-batch:left-without-storage": "x", "Annotation::Mine-AwsSolutions-S1": "x"}) == []


def test_suppressions_of_the_user_stay_and_none_is_written_twice() -> None:
    stack = Stack(App(), "Stack")
    resource = CfnResource(stack, "Theirs", type="AWS::S3::Bucket")
    theirs = {"id": "AwsSolutions-S1", "reason": "no access logs are needed"}
    resource.add_metadata("cdk_nag", {"rules_to_suppress": [theirs]})
    Validations.of(resource).acknowledge(Acknowledgment(id="AwsSolutions-S10", reason="nobody reads it"))
    for _ in range(2):
        CdkNag2Suppressions().visit(resource)

    assert resource.get_metadata("cdk_nag") == {
        "rules_to_suppress": [theirs, {"id": "AwsSolutions-S10", "reason": "nobody reads it"}]
    }
