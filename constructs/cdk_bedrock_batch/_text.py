"""Short CloudFormation texts: one Fn::Sub where CDK would write an Fn::Join of a dozen lines.

A template may have a megabyte, and hundreds of jobs repeat these texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnElement, Fn, Stack, Token

if TYPE_CHECKING:
    from constructs import IConstruct


def pseudo(text: str) -> str:
    """Render `${AWS::Region}` and its like in a plain text.

    A text that already holds CDK tokens, or no pseudo parameter, is returned as it is.
    """
    return Fn.sub(text) if "${AWS::" in text and not Token.is_unresolved(text) else text


def attribute(scope: IConstruct, resource: IConstruct, name: str, otherwise: str) -> str:
    """The attribute of a resource as an Fn::Sub, if `scope` and the resource lie in one stack, else `otherwise`."""
    variable = substitution(scope, resource, name)
    return otherwise if variable is None else Fn.sub(variable)


def substitution(scope: IConstruct, resource: IConstruct, name: str | None = None) -> str | None:
    """What stands for a resource (its Ref, or an attribute) in an Fn::Sub of the stack of `scope`.

    :return: None if the resource is not declared in that stack, so that CDK has to find a way to it.
    """
    element = resource.node.default_child
    if not isinstance(element, CfnElement) or Stack.of(element).node.path != Stack.of(scope).node.path:
        return None
    return f"${{{element.logical_id}}}" if name is None else f"${{{element.logical_id}.{name}}}"
