"""Tells reviewers and rule packs why a finding stays. It only adds metadata to the construct, not to the template.

The ids are those of cdk-nag, which is not needed for this. Each is recorded on the CloudFormation resource and not
above it. So findings of constructs that a user adds beside or below this library's are still reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, CfnElement, Validations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import IConstruct


def acknowledge(scope: IConstruct, reasons: Mapping[str, str]) -> None:
    """Record why a construct breaks rules.

    :param scope: a CloudFormation resource, or a construct that has one.
    :param reasons: finding id to reason.
    """
    if reasons:
        rules = [Acknowledgment(id=finding_id, reason=reason) for finding_id, reason in reasons.items()]
        element = scope if isinstance(scope, CfnElement) else scope.node.default_child or scope
        Validations.of(element).acknowledge(*rules)
