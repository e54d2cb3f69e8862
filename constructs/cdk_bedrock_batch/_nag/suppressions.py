"""Acknowledged findings in the form that cdk-nag 2 reads: metadata in the template. cdk-nag 3 needs none of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import jsii
from aws_cdk import CfnResource, IAspect, Validations

from cdk_bedrock_batch._checks import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import IConstruct

_KEY: Final = "cdk_nag"
_RULES: Final = "rules_to_suppress"
# CDK writes this before an id that has no namespace of its own.
_NAMESPACE: Final = "Annotation::"
# Id of a rule, and what it found, if a rule can find several things in one resource.
_FINDING: Final = re.compile(
    r"(?P<rule>(?:AwsSolutions|HIPAA\.Security|NIST\.800\.53\.R[45]|PCI\.DSS\.321|Serverless)-\w+)(?:\[(?P<found>.*)])?"
)

Suppression = dict[str, Any]


@jsii.implements(IAspect)
class CdkNag2Suppressions:
    """Tells cdk-nag 2 which findings are acknowledged. cdk-nag 3 knows without it.

    Add it to the app or stack that has the rule packs, before them. It turns each finding that is acknowledged on a
    CloudFormation resource into a suppression of cdk-nag 2, which is metadata of that resource in the template. Your
    own suppressions stay.

    Example::

        Aspects.of(stack).add(CdkNag2Suppressions())
    """

    @checked
    def visit(self, node: IConstruct) -> None:
        """Write the suppressions of one construct. CDK calls it for each.

        :param node: the construct.
        """
        if not isinstance(node, CfnResource):
            return
        acknowledged: dict[str, str] = {}
        for entry in node.node.metadata:
            if entry.type == Validations.ACKNOWLEDGED_RULES_METADATA_KEY:
                acknowledged |= entry.data
        if rules := suppressions(acknowledged):
            earlier = (node.get_metadata(_KEY) or {}).get(_RULES, [])
            added = [rule for rule in rules if rule not in earlier]
            node.add_metadata(_KEY, {_RULES: [*earlier, *added]})


def suppressions(acknowledged: Mapping[str, str]) -> list[Suppression]:
    """The suppressions of a resource: `id`, `reason` and, for a rule with several findings, `applies_to`.

    :param acknowledged: finding id to reason. Ids of other tools are left out.
    """
    rules: dict[tuple[str, str], Suppression] = {}
    for finding_id, reason in acknowledged.items():
        if finding := _FINDING.fullmatch(finding_id.removeprefix(_NAMESPACE)):
            rule = rules.setdefault((finding["rule"], reason), {"id": finding["rule"], "reason": reason})
            if finding["found"] is not None:
                rule.setdefault("applies_to", []).append(finding["found"])
    return list(rules.values())
