"""CDK's own validation at synthesis: its errors and its warnings, in `validation-report.json` of the assembly.

The report has an entry for each plugin that found something, none for those that did not. Findings that a construct
acknowledged (`CloudFormation-Validate::<rule>`) would stand there, too, as suppressed.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnResource, Stack, Validations

from security.assembly import APP_FLAGS, FLAGS, STACK, Assembly, template_validation
from security.registry import job

PLUGIN = "CloudFormation Validate"
# Whom the library or the CDK warns that something which was brought in cannot be changed from here.
WARNED = {
    ("alias/Job", "cdk-bedrock-batch:key-policy"),
    *(
        (f"another-account/{name}", f"cdk-bedrock-batch:{policy}-policy")
        for name in ("FromBucket", "FromFile")
        for policy in ("bucket", "key")
    ),
    *((f"all-options/Job{number}", "cdk-bedrock-batch:left-without-storage") for number in range(3)),
    ("brought-buckets/Job", "cdk-bedrock-batch:key-policy"),
    ("brought-key-and-log-bucket/Job", "cdk-bedrock-batch:key-policy"),
    ("brought-key-and-log-bucket/Storage/InputBucket", "@aws-cdk/aws-s3:accessLogsPolicyNotAdded"),
    ("brought-key-and-log-bucket/Storage/OutputBucket", "@aws-cdk/aws-s3:accessLogsPolicyNotAdded"),
    ("imported-topic/Job", "cdk-bedrock-batch:outcome-topic-policy"),
    *(
        ("outcome-of-another-account/Job", f"cdk-bedrock-batch:{kind}{policy}-policy")
        for kind in ("", "outcome-")
        for policy in ("bucket", "key")
    ),
    ("immutable-role/Job", "cdk-bedrock-batch:identity-based-policy"),
    ("immutable-role/Job", "cdk-bedrock-batch:trust-policy"),
    ("whole-bucket/Job", "cdk-bedrock-batch:bucket-policy"),
}


def reports(folder: Path) -> dict[str, Any]:
    """Plugin to its report."""
    found = json.loads((folder / "validation-report.json").read_text(encoding="utf-8"))["pluginReports"]
    return {report["pluginName"]: report for report in found}


def test_no_template_has_an_error_or_a_warning(assembly: Assembly) -> None:
    assert PLUGIN not in reports(assembly.folder)


def test_no_finding_of_it_is_acknowledged_away(assembly: Assembly) -> None:
    assert [found for _, found, _ in assembly.acknowledged if found.startswith("CloudFormation")] == []


def test_a_synthesis_warns_of_what_cannot_be_changed_from_here_and_of_nothing_else(
    assemblies: Callable[[str], Assembly],
) -> None:
    # The other variant lacks the flag annotationsInValidationReport.
    (report,) = reports(assemblies(APP_FLAGS).folder).values()
    warned = {
        (construct["constructPath"].removeprefix(f"{STACK}/"), violation["ruleName"].removeprefix("Annotation::"))
        for violation in report["violations"]
        for construct in violation["violatingConstructs"]
    }
    assert warned == WARNED


@pytest.mark.parametrize(
    ("rule", "severity", "properties"),
    [
        ("F3002", "error", {"Type": "AWS::S3::Bucket", "Properties": {"Versioning": "x"}}),
        ("W3045", "warning", {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "Private"}}),
    ],
)
def test_the_validation_does_find_what_is_wrong(
    tmp_path: Path, rule: str, severity: str, properties: dict[str, Any]
) -> None:
    app = App(outdir=str(tmp_path), context=FLAGS)
    stack = Stack(app, "Stack")
    job(stack)
    CfnResource(stack, "Wrong", type=properties["Type"], properties=properties["Properties"])
    Validations.of(app).add_plugins(template_validation())
    with suppress(RuntimeError):  # of an error, not of a warning
        app.synth()
    found = reports(tmp_path)[PLUGIN]["violations"]
    assert {(violation["ruleName"], violation["severity"]) for violation in found} == {(rule, severity)}
