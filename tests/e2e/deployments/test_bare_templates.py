"""A controller that sends a bare template: assets are published once, and looking again and again pays nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from botocore.exceptions import ClientError, WaiterError

from e2e.assembly import declare
from e2e.cloud import Cloud

STACK = "Bare"


def synthesized(folder: Path, prompts: Path, synthesizer: cdk.IReusableStackSynthesizer) -> Path:
    """An assembly whose stack has this synthesizer."""
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    declare(cdk.Stack(app, STACK, synthesizer=synthesizer), prompts)
    app.synth()
    return folder


def parts_of(assembly: Path) -> tuple[str, dict[str, Any]]:
    """The text of the template, and what it says."""
    text = (assembly / f"{STACK}.template.json").read_text("utf-8")
    return text, json.loads(text)


def test_a_controller_that_looks_again_and_again_starts_nothing(cloud: Cloud, prompts: Path, tmp_path: Path) -> None:
    started, cloudformation = cloud.started, cloud.client("cloudformation")
    assembly = synthesized(
        tmp_path / "out", prompts, cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
    )
    cloud.cli(assembly).publish()
    sent = {"StackName": STACK, "TemplateBody": parts_of(assembly)[0], "Capabilities": ["CAPABILITY_IAM"]}

    cloudformation.create_stack(**sent)
    cloudformation.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
    assert cloud.started == started + 1
    for _ in range(5):
        with pytest.raises(ClientError, match="No updates are to be performed"):
            cloudformation.update_stack(**sent)
        cloudformation.create_change_set(ChangeSetName="again", **sent)
        with pytest.raises(WaiterError):
            cloudformation.get_waiter("change_set_create_complete").wait(
                StackName=STACK, ChangeSetName="again", WaiterConfig={"Delay": 1}
            )
        assert cloudformation.describe_change_set(StackName=STACK, ChangeSetName="again")["Changes"] == []
        cloudformation.delete_change_set(StackName=STACK, ChangeSetName="again")
    assert cloud.started == started + 1


def test_the_template_needs_no_names_of_iam_and_without_the_rule_no_parameter(prompts: Path, tmp_path: Path) -> None:
    without = cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
    _, bare = parts_of(synthesized(tmp_path / "bare", prompts, without))
    _, default = parts_of(synthesized(tmp_path / "default", prompts, cdk.DefaultStackSynthesizer()))

    assert ("Parameters" in bare, "Rules" in bare) == (False, False)
    assert list(default["Parameters"]) == ["BootstrapVersion"]
    names = {name for each in bare["Resources"].values() for name in each.get("Properties", {})}
    # AWS CloudFormation API Reference, CreateStack: these need CAPABILITY_NAMED_IAM.
    assert names.isdisjoint({"RoleName", "ManagedPolicyName", "UserName", "GroupName", "InstanceProfileName"})


def test_assets_can_lie_in_a_bucket_of_ones_own_and_need_one(prompts: Path, tmp_path: Path) -> None:
    own = cdk.CliCredentialsStackSynthesizer(file_assets_bucket_name="our-assets")
    text, _ = parts_of(synthesized(tmp_path / "own", prompts, own))
    manifest = json.loads((tmp_path / "own" / f"{STACK}.assets.json").read_text("utf-8"))

    destinations = [where for file in manifest["files"].values() for where in file["destinations"].values()]
    assert {where["bucketName"] for where in destinations} == {"our-assets"}
    assert not [where for where in destinations if "assumeRoleArn" in where]
    assert "our-assets" in text
    with pytest.raises(RuntimeError, match="assets"):
        synthesized(tmp_path / "none", prompts, cdk.BootstraplessSynthesizer())
