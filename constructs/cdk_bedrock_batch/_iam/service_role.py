"""A role that Amazon Bedrock assumes for batch inference jobs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_iam as iam

from cdk_bedrock_batch._iam.arns import BEDROCK, JOB_ARNS, JOB_ARNS_PATTERN, ROLE_FOLDER
from cdk_bedrock_batch._iam.policy_report import in_words
from cdk_bedrock_batch._iam.statement import Conditions, Statement
from cdk_bedrock_batch._template import pseudo

if TYPE_CHECKING:
    from constructs import Construct

POLICY_NAME: Final = "BatchInference"


def new_service_role(
    scope: Construct,
    construct_id: str,
    document: iam.PolicyDocument,
    *,
    role_path: str,
    permissions_boundary: iam.IManagedPolicy | None,
    in_report: bool,
) -> iam.Role:
    """Create a role with its whole policy inline, under an IAM path of its stack.

    :param in_report: `iam.Role.customize_roles` puts the role into its report and not into the template.
    """
    return iam.Role(
        scope,
        construct_id,
        path=pseudo.substituted(role_path + ROLE_FOLDER),
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
        "Condition": _trust_conditions(pseudo.ACCOUNT, JOB_ARNS),
    }


@cache
def _bedrock_in_report() -> iam.ServicePrincipal:
    """The same for the report of roles that an administrator makes."""
    return iam.ServicePrincipal(BEDROCK, conditions=_trust_conditions("(ACCOUNT)", in_words(JOB_ARNS_PATTERN)))


@cache
def _bedrock() -> iam.ServicePrincipal:
    """The principal of that statement, the same for every role of every stack."""
    return iam.ServicePrincipal(BEDROCK, conditions=_trust_conditions(pseudo.ACCOUNT, JOB_ARNS))


def _trust_conditions(account: str, job_arns: str) -> Conditions:
    """Only batch inference jobs of the stack's own account and Region: no other customer's, no other kind of job."""
    return {"StringEquals": {"aws:SourceAccount": account}, "ArnLike": {"aws:SourceArn": job_arns}}
