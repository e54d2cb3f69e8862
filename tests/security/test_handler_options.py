"""A function with options of its own: the checkers run over a stack of each such configuration."""

import json
import re
from pathlib import Path

import pytest
from aws_cdk import App, Environment, Stack

from security.assembly import acknowledgements
from security.configurations import CONFIGURATIONS
from security.policies import documents
from security.registry import ENVIRONMENT, Configuration
from security.rule_packs import findings, nothing_acknowledged
from security.test_lint import matches
from security.test_policies import checked

# Issue and detail of what stays, and why.
EXEMPT = {
    (
        "RESOURCE_MISMATCH",
        r"ec2:DeleteNetworkInterface on \[.*:\*/\*.*",
        "Lambda Developer Guide, configuration-vpc: the role must allow it on all kinds of resources",
    ),
    (
        "UNKNOWN_CONDITION_FOR_ACTION",
        r'"Unknown condition lambda:SourceFunctionArn for action ec2:\w+"',
        "Lambda Developer Guide, permissions-source-function-arn: Lambda adds it to each call of a function's code",
    ),
}
OWN = [each for each in CONFIGURATIONS if each.own_handler]


def _stack(of: Configuration, env: Environment | None = None, outdir: Path | None = None) -> Stack:
    stack = Stack(App(outdir=None if outdir is None else str(outdir)), of.name, env=env)
    of.build(stack)
    return stack


@pytest.mark.parametrize("env", [None, ENVIRONMENT], ids=["any environment", "a known environment"])
@pytest.mark.parametrize("of", OWN, ids=lambda of: of.name)
def test_what_is_acknowledged_is_what_the_packs_find_when_nothing_is(
    of: Configuration, env: Environment | None
) -> None:
    stack = _stack(of, env)
    with nothing_acknowledged():
        bare = _stack(of, env)
    assert findings(stack) == set()
    assert {(path, finding) for path, finding, _ in acknowledgements(stack)} == findings(bare)


@pytest.mark.parametrize("of", OWN, ids=lambda of: of.name)
def test_cfn_lint_and_parliament_find_nothing_but_what_is_exempt(of: Configuration, tmp_path: Path) -> None:
    stack = _stack(of, ENVIRONMENT, tmp_path)
    stack.node.root.synth()  # type: ignore[attr-defined] # an App
    path = tmp_path / f"{of.name}.template.json"
    template = json.loads(path.read_text(encoding="utf-8"))
    assert [found for found, exempt in matches(path, template) if exempt is None] == []
    found = [finding for document in documents(template) for finding, exempt in checked(document) if exempt is None]
    rows = {
        finding: next((row for row in EXEMPT if row[0] == finding[2] and re.fullmatch(row[1], finding[3])), None)
        for finding in found
    }
    assert [finding for finding, row in rows.items() if row is None] == []
    assert set(rows.values()) == (EXEMPT if of.name == "handler-network" else set())
