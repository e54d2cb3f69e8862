"""Roles that an administrator makes: CDK's `iam.Role.customize_roles` writes a report instead of the roles.

The report has words of its own for references. For what else only a deployment tells, it gets words here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_iam as iam

from cdk_bedrock_batch._checks import TOKEN, each_text, has_token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructs import Node

    from cdk_bedrock_batch._iam.statement import Statement
    from cdk_bedrock_batch._template import StackView

_CONTEXT: Final = "@aws-cdk/iam:customizeRoles"
_VARIABLE: Final = re.compile(r"\$\{([^}]+)\}")
_WORDS: Final = {
    "AWS::AccountId": "(ACCOUNT)",
    "AWS::Partition": "(PARTITION)",
    "AWS::Region": "(REGION)",
    "AWS::URLSuffix": "(URL SUFFIX)",
}


def is_reported(node: Node) -> bool:
    """Whether CDK writes a report of the roles below a node."""
    return node.try_get_context(_CONTEXT) is not None


def makes_no_roles(node: Node) -> bool:
    """Whether CDK writes a report of the roles below a node and creates none of them."""
    context = node.try_get_context(_CONTEXT)
    return isinstance(context, dict) and context.get("preventSynthesis") is not False


def in_words(text: str) -> str:
    """A text with pseudo parameters, which CDK resolves before it prints, in the words of the report."""
    return _VARIABLE.sub(lambda name: _WORDS[name[1]], text)


def report(role: iam.IRole, view: StackView, statements: Iterable[Statement]) -> None:
    """Add statements of a role that is made here to the report."""
    for statement in statements:
        role.add_to_principal_policy(iam.PolicyStatement.from_json(reportable(view, statement)))


def reportable(view: StackView, statement: Statement) -> Statement:
    """A statement in which words replace the tokens that CDK has no words for."""
    name = "(STACK NAME)" if has_token(view.name) else view.name
    words = _WORDS | {
        "AWS::StackName": name,
        # A role that is made before its stack cannot name the last part of the stack's id.
        "AWS::StackId": f"arn:(PARTITION):cloudformation:(REGION):(ACCOUNT):stack/{name}/*",
    }

    def told(token: str) -> str:
        meaning = view.identity(token)
        # References are left to CDK.
        return token if meaning == token else _VARIABLE.sub(lambda name: words.get(name[1], name[0]), meaning)

    replaced: Statement = each_text(statement, lambda text: TOKEN.sub(lambda token: told(token[0]), text))
    return replaced
