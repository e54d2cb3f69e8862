"""Telling reviewers and rule packs why a finding stays: only metadata of the construct, the template is the same.

The ids are those of cdk-nag, which itself is not needed. Each is recorded on the CloudFormation resource and not above
it, so that nothing which a user puts beside or below a construct of this library goes unseen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_iam as iam

from cdk_bedrock_batch import _findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from constructs import IConstruct

    from cdk_bedrock_batch._findings import Finding


def acknowledge(scope: IConstruct, findings: Iterable[Finding]) -> None:
    """Record why a construct breaks rules."""
    _record(scope, {f"{pack}-{finding.rule}": finding.reason for finding in findings for pack in finding.packs})


def acknowledge_wildcards(scope: IConstruct, reasons: Mapping[str, str]) -> None:
    """Record a reason for each resource with a wildcard, under the finding id that cdk-nag's rule IAM5 gives it.

    :param reasons: IAM resource, as it stands in the policy, to reason. Resources without a wildcard are passed over.
    """
    stack = Stack.of(scope)
    found = {_flat(stack.resolve(resource)): reason for resource, reason in reasons.items()}
    _record(scope, {f"AwsSolutions-IAM5[Resource::{name}]": reason for name, reason in found.items() if "*" in name})


def acknowledge_added_policies(role: IConstruct, statements: Sequence[iam.PolicyStatement]) -> None:
    """Record the same of the policy that CDK keeps for a brought role.

    A policy that had other statements before is the user's own: then only the wildcards are spoken for.
    """
    for policy in role.node.find_all():
        if isinstance(policy, iam.Policy):
            if policy.document.statement_count == len(statements):
                acknowledge(policy, _findings.ADDED_POLICY)
            acknowledge_statements(policy, statements)


def acknowledge_statements(policy: IConstruct, statements: Iterable[iam.PolicyStatement]) -> None:
    """Record what the wildcards in a service role's statements are for."""
    acknowledge_wildcards(
        policy,
        {
            resource: reasons[service]
            for statement in statements
            if (service := statement.actions[0].partition(":")[0]) in (reasons := _findings.SERVICE_ROLE_WILDCARDS)
            for resource in statement.resources
        },
    )


def _record(scope: IConstruct, reasons: Mapping[str, str]) -> None:
    if reasons:
        rules = [Acknowledgment(id=finding_id, reason=reason) for finding_id, reason in reasons.items()]
        Validations.of(scope.node.default_child or scope).acknowledge(*rules)


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
