"""Roles that an administrator makes: CDK's `iam.Role.customize_roles` writes a report instead of the roles.

The report prints CDK's references, not the short Fn::Sub texts that the templates of this library hold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Aws, CfnResource, Stack
from aws_cdk import aws_iam as iam

if TYPE_CHECKING:
    from collections.abc import Callable

    from constructs import IConstruct

_CONTEXT: Final = "@aws-cdk/iam:customizeRoles"
_FUNCTIONS: Final = frozenset({"Fn::Sub", "Fn::Join", "Fn::GetAtt", "Ref"})
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


def is_made_elsewhere(role: iam.Role) -> bool:
    """Whether a role is one that an administrator makes, so that the template has none."""
    return role.node.default_child is None


def printable(scope: IConstruct, statement: iam.PolicyStatement) -> iam.PolicyStatement:
    """The same statement with references that the report can print."""
    stack = Stack.of(scope)
    known = {
        **_PRINTED,
        "AWS::StackName": stack.stack_name,
        # A role that is made before its stack cannot name the last part of the stack's id.
        "AWS::StackId": f"arn:{Aws.PARTITION}:cloudformation:{Aws.REGION}:{Aws.ACCOUNT_ID}:stack/{stack.stack_name}/*",
    }
    resources = {
        stack.resolve(child.logical_id): child for child in stack.node.find_all() if isinstance(child, CfnResource)
    }

    def reference(name: str) -> str:
        logical_id, _, attribute = name.partition(".")
        if name in known or logical_id not in resources:
            return known.get(name, f"${{{name}}}")
        resource = resources[logical_id]
        return resource.get_att(attribute).to_string() if attribute else resource.ref

    return iam.PolicyStatement.from_json(_rewritten(stack.resolve(statement.to_statement_json()), reference))


def _rewritten(value: Any, reference: Callable[[str], str]) -> Any:
    match value:
        case dict() if len(value) == 1 and next(iter(value)) in _FUNCTIONS:
            return _text(value, reference)
        case dict():
            return {key: _rewritten(item, reference) for key, item in value.items()}
        case list():
            return [_rewritten(item, reference) for item in value]
        case _:
            return value


def _text(value: Any, reference: Callable[[str], str]) -> str:
    match value:
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([^}]+)\}", lambda name: reference(name[1]), text)
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            return delimiter.join(_text(part, reference) for part in parts)
        case {"Fn::GetAtt": [str(resource), str(attribute)]}:
            return reference(f"{resource}.{attribute}")
        case {"Ref": str(name)}:
            return reference(name)
        case _:
            return str(value)
