"""Telling reviewers and rule packs why a wildcard in a policy is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aws_cdk import Acknowledgment, Stack, Validations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import IConstruct


def acknowledge_wildcards(scope: IConstruct, reasons: Mapping[str, str]) -> None:
    """Record a reason for each resource with a wildcard, under the finding id that cdk-nag's rule IAM5 gives it.

    Only metadata of the construct: the template stays the same, and the rule pack itself is not needed.

    :param reasons: IAM resource, as it stands in the policy, to reason. Resources without a wildcard are passed over.
    """
    stack = Stack.of(scope)
    found = {_flat(stack.resolve(resource)): reason for resource, reason in reasons.items()}
    rules = [
        Acknowledgment(id=f"AwsSolutions-IAM5[Resource::{name}]", reason=reason)
        for name, reason in found.items()
        if "*" in name
    ]
    if rules:
        Validations.of(scope).acknowledge(*rules)


def _flat(value: Any) -> str:
    match value:
        case str():
            return re.sub(r"\$\{(.*?)\}", r"<\1>", value)
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            return delimiter.join(map(_flat, parts))
        case {"Fn::Sub": str(text)}:
            return _flat(text)
        case {"Fn::GetAtt": [str(resource), str(attribute)]}:
            return f"<{resource}.{attribute}>"
        case {"Ref": str(name)}:
            return f"<{name}>"
        case _:
            return str(value)
