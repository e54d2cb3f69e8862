"""Roles that an administrator makes: CDK's `iam.Role.customize_roles` writes a report instead of the roles.

The report prints CDK's references, not the short Fn::Sub texts that the templates of this library hold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Aws, CfnResource, Stack, Token
from aws_cdk import aws_iam as iam

from cdk_bedrock_batch._environment import in_same_stack
from cdk_bedrock_batch._plain_text import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructs import IConstruct

_CONTEXT: Final = "@aws-cdk/iam:customizeRoles"
_VARIABLE: Final = re.compile(r"\$\{([^}]+)\}")
_PRINTED: Final = {
    "AWS::AccountId": Aws.ACCOUNT_ID,
    "AWS::Partition": Aws.PARTITION,
    "AWS::Region": Aws.REGION,
    # The report has no word for it.
    "AWS::URLSuffix": "(URL SUFFIX)",
}


def is_reported(scope: IConstruct) -> bool:
    """Whether CDK reports the roles of the app."""
    return scope.node.try_get_context(_CONTEXT) is not None


def makes_no_roles(scope: IConstruct) -> bool:
    """Whether CDK reports the roles of the app and makes none."""
    context = scope.node.try_get_context(_CONTEXT)
    return isinstance(context, dict) and context.get("preventSynthesis") is not False


def in_report(text: str) -> str:
    """A text with pseudo parameters in the words of the report: what CDK resolves before it prints would stay."""
    words = {"AWS::AccountId": "(ACCOUNT)", "AWS::Partition": "(PARTITION)", "AWS::Region": "(REGION)"}
    return _VARIABLE.sub(lambda name: words[name[1]], text)


def is_made_elsewhere(role: iam.Role) -> bool:
    """Whether a role is one that an administrator makes, so that the template has none."""
    return role.node.default_child is None


def report(role: iam.Role, scope: IConstruct, statements: Iterable[iam.PolicyStatement]) -> None:
    """Add statements of a role that is made here to the report, if there is one.

    The role is made with an empty document that is filled later: what is in it at once CDK reports itself, unreadably.
    """
    if is_reported(role):
        for statement in statements:
            role.add_to_principal_policy(printable(scope, statement))


def reportable(role: IConstruct, scope: IConstruct, statement: iam.PolicyStatement) -> iam.PolicyStatement:
    """A statement for a role that was brought: printable if CDK reports the role, else as it is."""
    return printable(scope, statement) if is_reported(role) else statement


def printable(scope: IConstruct, statement: iam.PolicyStatement) -> iam.PolicyStatement:
    """The same statement with references that the report can print."""
    stack = Stack.of(scope)
    name = "(STACK NAME)" if Token.is_unresolved(stack.stack_name) else stack.stack_name
    known = {
        **_PRINTED,
        "AWS::StackName": name,
        # A role that is made before its stack cannot name the last part of the stack's id.
        "AWS::StackId": f"arn:{Aws.PARTITION}:cloudformation:{Aws.REGION}:{Aws.ACCOUNT_ID}:stack/{name}/*",
    }
    resources = {
        stack.resolve(child.logical_id): child
        for child in stack.node.find_all()
        if isinstance(child, CfnResource) and in_same_stack(child, stack)
    }

    def reference(name: str) -> str:
        logical_id, _, attribute = name.partition(".")
        if name in known or logical_id not in resources:
            return known.get(name, f"${{{name}}}")
        resource = resources[logical_id]
        return resource.get_att(attribute).to_string() if attribute else resource.ref

    def in_words(token: str) -> str:
        match stack.resolve(token):
            case {"Fn::Sub": str(text)}:
                return _VARIABLE.sub(lambda name: reference(name[1]), text)
            case {"Ref": str(name)} if name in known:
                return known[name]
        # A reference of CDK's own, to another stack perhaps.
        return token

    def rewritten(value: Any) -> Any:
        match value:
            case str():
                return TOKEN.sub(lambda token: in_words(token[0]), value)
            case dict():
                return {key: rewritten(item) for key, item in value.items()}
            case list():
                return [rewritten(item) for item in value]
        return value

    return iam.PolicyStatement.from_json(rewritten(statement.to_statement_json()))
