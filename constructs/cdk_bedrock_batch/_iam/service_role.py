"""A role that Amazon Bedrock assumes for batch inference jobs, and who makes it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_iam as iam

from cdk_bedrock_batch._iam.arns import BEDROCK, JOB_ARNS, ROLE_FOLDER
from cdk_bedrock_batch._iam.policy_report import in_words
from cdk_bedrock_batch._iam.statement import Conditions, Statement
from cdk_bedrock_batch._template import pseudo

if TYPE_CHECKING:
    from constructs import Construct

POLICY_NAME: Final = "BatchInference"
# Only batch inference jobs of the stack's own account and Region: no other customer's, no other kind of job.
_TRUST_CONDITIONS: Final[Conditions] = {
    "StringEquals": {"aws:SourceAccount": pseudo.ACCOUNT},
    "ArnLike": {"aws:SourceArn": JOB_ARNS},
}


def new_service_role(
    scope: Construct,
    construct_id: str,
    document: iam.PolicyDocument,
    *,
    role_path: str,
    permissions_boundary: iam.IManagedPolicy | None,
    in_report: bool,
) -> iam.Role:
    """Make a role with its whole policy inside, under a path of its stack.

    :param in_report: it stands in the report of `iam.Role.customize_roles` and in no template.
    """
    return iam.Role(
        scope,
        construct_id,
        path=role_path + ROLE_FOLDER,
        assumed_by=_bedrock_in_report() if in_report else _bedrock(),
        inline_policies={POLICY_NAME: document},
        permissions_boundary=permissions_boundary,
    )


def trust_statement() -> Statement:
    """The one statement of a service role's trust policy."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": BEDROCK},
        "Action": "sts:AssumeRole",
        "Condition": _TRUST_CONDITIONS,
    }


@cache
def _bedrock_in_report() -> iam.ServicePrincipal:
    """The same for the report of roles that an administrator makes."""
    return iam.ServicePrincipal(BEDROCK, conditions=in_words(_TRUST_CONDITIONS))


@cache
def _bedrock() -> iam.ServicePrincipal:
    """The principal of that statement, the same for every role of every stack."""
    return iam.ServicePrincipal(BEDROCK, conditions=_TRUST_CONDITIONS)
