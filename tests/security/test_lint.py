"""cfn-lint: no error, warning or remark about any template but those that stay."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from cfnlint.api import ManualArgs, lint_by_config
from cfnlint.match import Match

from security.assembly import APP_FLAGS, Assembly
from security.registry import REGION


@dataclass(frozen=True, slots=True)
class Exempt:
    """What stays: a rule, the types of the resources at which it may (from whose property to what), and why."""

    rule: str
    where: str
    reason: str


EXEMPT: Final = [
    Exempt(
        "I1022",
        r".*",
        "Fn::Join is how the CDK writes a text with a reference in it; what hundreds of jobs repeat is an Fn::Sub here",
    ),
    Exempt(
        "W3005",
        r"Custom::BedrockModelInvocationJob -> AWS::(IAM::Role|S3::Bucket)",
        "a dependency on a role or bucket is for the policies that hang on it too; the CDK names the construct itself",
    ),
    Exempt("W3005", r"AWS::Lambda::Function -> AWS::IAM::Role", "the CDK lets every function wait for its role"),
    Exempt(
        "I3510",
        r"AWS::IAM::Role Policies 0 PolicyDocument Statement \d+ Resource custom-model",
        "no page of AWS says what a job's role needs for a custom model; the model is the least that can be meant",
    ),
]


def lint(*templates: Path) -> list[Match]:
    """All matches of all rules that cfn-lint ships, remarks included."""
    found: list[Match] = lint_by_config(
        ManualArgs(templates=[*map(str, templates)], regions=[REGION], include_checks=["I"])
    )
    return found


def _where(match: Match, template: dict[str, Any]) -> str:
    section, name, *path = match.path
    if section != "Resources":
        return str(section)
    resources = template["Resources"]
    if match.rule.id == "W3005":
        target = re.match(r"'(\w+)'", match.message)
        assert target
        return f"{resources[name]['Type']} -> {resources[target[1]]['Type']}"
    value: Any = resources[name]
    for step in path:
        value = value[step]
    kind = " custom-model" if ":custom-model/" in json.dumps(value) else ""
    return " ".join(map(str, [resources[name]["Type"], *path[1:]])) + kind


def matches(path: Path, template: dict[str, Any]) -> Iterator[tuple[tuple[str, str, str], Exempt | None]]:
    """Rule, place and message of each match of a template, and what exempts it."""
    for match in lint(path):
        where = _where(match, template)
        rows = [each for each in EXEMPT if each.rule == match.rule.id and re.fullmatch(each.where, where)]
        yield (match.rule.id, where, match.message), rows[0] if rows else None


def test_cfn_lint_finds_nothing_but_what_is_exempt_and_all_of_that(assemblies: Callable[[str], Assembly]) -> None:
    assembly = assemblies(APP_FLAGS)
    found = list(matches(assembly.path, assembly.template))
    assert [match for match, exempt in found if exempt is None] == []
    assert {exempt for _, exempt in found} == set(EXEMPT)


@pytest.mark.parametrize(
    ("rule", "resource"),
    [
        ("E3002", {"Type": "AWS::S3::Bucket", "Properties": {"Versioning": "x"}}),
        ("E3003", {"Type": "Custom::BedrockModelInvocationJob", "Properties": {}}),
        ("W3045", {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "Private"}}),
        ("I3510", ("bedrock:InvokeModel", "arn:aws:s3:::prompts/*")),
        ("W3037", ("bedrock:InvokeModels", "*")),
    ],
)
def test_cfn_lint_does_find_what_is_wrong(tmp_path: Path, rule: str, resource: Any) -> None:
    if isinstance(resource, tuple):
        action, arn = resource
        statement = {"Effect": "Allow", "Action": action, "Resource": arn}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        properties = {"PolicyName": "P", "Roles": ["role"], "PolicyDocument": policy}
        resource = {"Type": "AWS::IAM::Policy", "Properties": properties}
    path = tmp_path / "wrong.template.json"
    path.write_text(json.dumps({"Resources": {"Wrong": resource}}))
    assert rule in {match.rule.id for match in lint(path)}
