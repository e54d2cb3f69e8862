"""Where each condition of a statement comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from security import assumptions, sources

if TYPE_CHECKING:
    from security.assumptions import Assumption
    from security.sources import Source
    from security.statements import Statement

_JOB: Final = "service role(, trust)?|others: (identity-based|trust) policy"
_ANY: Final = ".*"


@dataclass(frozen=True, slots=True)
class ConditionBasis:
    """A condition key in the policies of some holders, and what its use rests on; `purpose` narrows it further."""

    key: str
    holder: str
    source: Source
    assumption: Assumption | None = None
    purpose: str = _ANY


_BASES: Final = (
    ConditionBasis("aws:SourceAccount|aws:SourceArn", _JOB, sources.SERVICE_ROLE),
    ConditionBasis("aws:SourceAccount|aws:SourceArn", "bucket policy", sources.CDK),
    ConditionBasis("aws:ResourceAccount", _JOB, sources.SERVICE_ROLE),
    ConditionBasis("aws:SourceAccount", "(others: )?topic policy", sources.ALARM_TOPIC),
    ConditionBasis("aws:ResourceAccount", "(handler|outcome) role", sources.GLOBAL_KEYS),
    ConditionBasis("events:source|events:detail-type", "outcome role", sources.EVENT_KEYS),
    ConditionBasis("cloudwatch:namespace", "outcome role", sources.METRIC_KEYS),
    ConditionBasis("s3:prefix", f"{_JOB}|others: bucket policy", sources.BUCKETS, assumptions.LIST_PREFIX, "list"),
    ConditionBasis("s3:prefix", _ANY, sources.S3_KEYS),
    ConditionBasis("kms:ViaService", _JOB, sources.SERVICE_ROLE),
    ConditionBasis("kms:ViaService", "(others: )?key policy", sources.SERVICE_ROLE, purpose="let the roles in"),
    ConditionBasis("kms:ViaService", _ANY, sources.KMS_KEYS),
    ConditionBasis("kms:ResourceAliases", _ANY, sources.ALIASES),
    ConditionBasis(
        "bedrock:InferenceProfileArn|aws:RequestedRegion",
        _JOB,
        sources.GLOBAL,
        assumptions.GLOBAL_KEYS,
        "model of a global profile",
    ),
    ConditionBasis("bedrock:InferenceProfileArn", _JOB, sources.PROFILES, assumptions.PROFILE_KEY),
    ConditionBasis("aws:PrincipalArn", _ANY, sources.GLOBAL_KEYS),
    ConditionBasis(
        "aws:RequestTag/Bedrock.*|aws:TagKeys|ec2:CreateAction|ec2:ResourceTag/Bedrock.*|ec2:Subnet",
        _JOB,
        sources.NETWORK,
    ),
    ConditionBasis("iam:PassedToService", "handler role", sources.AUTHORIZATION),
    ConditionBasis("lambda:SourceFunctionArn", "handler role", sources.FUNCTION_ARN),
    ConditionBasis("aws:SecureTransport", "bucket policy", sources.OURS),
    ConditionBasis("aws:SecureTransport", "topic policy", sources.USER),
    ConditionBasis("s3:x-amz-server-side-encryption", "bucket policy", sources.OURS, assumptions.ENCRYPTION),
)


def condition_basis(statement: Statement, purpose: str, key: str) -> ConditionBasis:
    """What the use of a condition key rests on.

    :raises LookupError: nobody has said.
    """
    for each in _BASES:
        if (
            re.fullmatch(each.key, key)
            and re.fullmatch(each.holder, statement.holder)
            and re.fullmatch(each.purpose, purpose)
        ):
            return each
    raise LookupError(f"nobody has said what {key} in {statement} rests on")
