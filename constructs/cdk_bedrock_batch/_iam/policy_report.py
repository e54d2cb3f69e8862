"""Roles that an administrator makes: CDK's `iam.Role.customize_roles` writes a report instead of the roles.

The report has words of its own for what only a deployment tells, but not for all of it, and not in every place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aws_cdk import aws_iam as iam

from cdk_bedrock_batch._checks import has_token
from cdk_bedrock_batch._template import pseudo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructs import Node

    from cdk_bedrock_batch._iam.statement import Statement
    from cdk_bedrock_batch._template import StackView

_CONTEXT: Final = "@aws-cdk/iam:customizeRoles"
_WORDS: Final = {pseudo.ACCOUNT: "(ACCOUNT)", pseudo.PARTITION: "(PARTITION)", pseudo.REGION: "(REGION)"}


def is_reported(node: Node) -> bool:
    """Whether CDK reports the roles below a node."""
    return node.try_get_context(_CONTEXT) is not None


def makes_no_roles(node: Node) -> bool:
    """Whether CDK reports the roles below a node and makes none."""
    context = node.try_get_context(_CONTEXT)
    return isinstance(context, dict) and context.get("preventSynthesis") is not False


def in_words(value: Any) -> Any:
    """Texts with the words of the report, where CDK itself does not put them."""
    return _replaced(value, _WORDS)


def report(role: iam.Role, view: StackView, statements: Iterable[Statement]) -> None:
    """Add statements of a role that is made here to the report."""
    for statement in statements:
        role.add_to_principal_policy(iam.PolicyStatement.from_json(reportable(view, statement)))


def reportable(view: StackView, statement: Statement) -> Statement:
    """A statement with words for what CDK has none for."""
    name = "(STACK NAME)" if has_token(view.name) else view.name
    # A role that is made before its stack cannot name the last part of the stack's id.
    stack_id = f"arn:(PARTITION):cloudformation:(REGION):(ACCOUNT):stack/{name}/*"
    words = {pseudo.STACK_NAME: name, pseudo.STACK_ID: stack_id, pseudo.URL_SUFFIX: "(URL SUFFIX)"}
    replaced: Statement = _replaced(statement, words)
    return replaced


def _replaced(value: Any, words: dict[str, str]) -> Any:
    match value:
        case str():
            for token, word in words.items():
                value = value.replace(token, word)
            return value
        case dict():
            return {key: _replaced(item, words) for key, item in value.items()}
        case list():
            return [_replaced(item, words) for item in value]
        case _:
            return value
