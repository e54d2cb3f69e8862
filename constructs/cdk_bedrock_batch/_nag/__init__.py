"""Findings of rule packs that are acknowledged, with their reasons."""

from cdk_bedrock_batch._nag import findings
from cdk_bedrock_batch._nag.acknowledge import acknowledge
from cdk_bedrock_batch._nag.suppressions import CdkNag2Suppressions, suppressions
from cdk_bedrock_batch._nag.wildcards import service_role_wildcard_ids, wildcard_ids

__all__ = [
    "CdkNag2Suppressions",
    "acknowledge",
    "findings",
    "service_role_wildcard_ids",
    "suppressions",
    "wildcard_ids",
]
