"""Short CloudFormation texts: one Fn::Sub where CDK would write an Fn::Join of a dozen lines.

A template may have a megabyte, and hundreds of jobs repeat these texts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_cdk import CfnElement, Fn, Stack

from cdk_bedrock_batch._environment import known_pseudo_parameters
from cdk_bedrock_batch._plain_text import TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import IConstruct


@cache
def pseudo(text: str) -> str:
    """Render `${AWS::Region}` and its like in a plain text; the same text gives the same token.

    A text that already holds CDK tokens, or no pseudo parameter, is returned as it is.
    """
    return Fn.sub(text) if "${AWS::" in text and not TOKEN.search(text) else text


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


def readable(scope: IConstruct, value: Any) -> Any:
    """Resolve a value to plain texts, lists and objects: pseudo parameters are filled in as far as the stack of `scope`
    knows them, everything else that only a deployment tells stays as `${...}`.
    """
    known = {f"${{{name}}}": text for name, text in known_pseudo_parameters(scope).items()}
    return _plain(Stack.of(scope).resolve(value), known)


def _plain(value: Any, known: Mapping[str, str]) -> Any:
    match value:
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            found: Any = delimiter.join(str(_plain(part, known)) for part in parts)
        case {"Fn::Sub": str(text)} | str(text):
            found = re.sub(r"\$\{[^}]+\}", lambda name: known.get(name[0], name[0]), text)
        case {"Fn::GetAtt": [str(resource), str(name)]}:
            found = f"${{{resource}.{name}}}"
        case {"Ref": str(name)}:
            found = _plain(f"${{{name}}}", known)
        case dict():
            found = {key: _plain(item, known) for key, item in value.items()}
        case list():
            found = [_plain(item, known) for item in value]
        case _:
            found = value
    return found
