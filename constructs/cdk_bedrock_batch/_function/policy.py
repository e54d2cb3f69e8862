"""The statements of the handler's policy, except those for S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdk_bedrock_batch._iam import BEDROCK, JOB_ARNS, Statement, actions, allow
from cdk_bedrock_batch._template import pseudo

if TYPE_CHECKING:
    from collections.abc import Iterable


def constant_statements() -> list[Statement]:
    """The statements that do not depend on the jobs or on options."""
    return [
        create_statement([JOB_ARNS]),
        allow(actions.MANAGE_JOB, [JOB_ARNS]),
        # ListModelInvocationJobs and the X-Ray actions support no resource-level permissions.
        allow(actions.LIST_JOBS + actions.WRITE_TRACES, ["*"]),
        allow(actions.DESCRIBE_STACK, [pseudo.STACK_ID]),
    ]


def log_statement(log_group_arn: str) -> Statement:
    """The right to write log events into the log group of the function."""
    return allow(actions.WRITE_LOGS, [log_group_arn])


def create_statement(arns: Iterable[str]) -> Statement:
    """The right to start jobs of these models and profiles. IAM also requires it on the ARNs of the jobs."""
    return allow(actions.CREATE_JOB, arns)


def pass_statement(role_arn: str) -> Statement:
    """The right to pass a role to Amazon Bedrock, and to no other service."""
    return allow(actions.PASS_ROLE, [role_arn], {"StringEquals": {"iam:PassedToService": BEDROCK}})
