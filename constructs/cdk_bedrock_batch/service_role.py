"""The role that Amazon Bedrock takes on: one for each run, or one that several jobs share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_bedrock_batch import _findings
from cdk_bedrock_batch._acknowledge import acknowledge, acknowledge_statements
from cdk_bedrock_batch._arns import BEDROCK, JOB_ARNS, ROLE_FOLDER
from cdk_bedrock_batch._merged_policy import MergedPolicy
from cdk_bedrock_batch._plain_text import shown
from cdk_bedrock_batch._policy_report import in_report, is_made_elsewhere, makes_no_roles, report
from cdk_bedrock_batch._policy_size import check_inline_policy
from cdk_bedrock_batch._text import pseudo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdk_bedrock_batch._job_access import JobAccess

POLICY_NAME: Final = "BatchInference"
_ROLE_FOLDER: Final = re.compile(r"/([\w+=,.@-]+/)*", re.ASCII)


class BatchServiceRole(Construct):
    """One service role for several jobs of a stack, for stacks of more jobs than there is room for roles (230).

    It may read the prompts and answers of every job of the stack that has the same storage, and write the answers of
    them all, unless they lie in places of their own. Its policy grows only with what its jobs do not have in common
    (models, buckets, networks). A job that moves to it, or away from it, keeps its places, so nothing is started.

    What no job of the stack needs any more goes from the policy before a job that still runs is replaced: to change the
    model, the storage or the place in a bucket takes rights from the old run of that job, which then fails instead of
    being stopped. A role of its own, the default, never loses any.
    """

    role: iam.Role
    """The role; policies may be added to it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        role_path: str = "/",
        permissions_boundary: iam.IManagedPolicy | None = None,
    ) -> None:
        """Make the role; its rights come with the jobs that use it.

        :param role_path: the IAM path, with a slash at both ends, under which the role lies in a folder of its stack.
            Default: "/".
        :param permissions_boundary: of the role. Default: none.
        :raises ValueError: `role_path` is no IAM path.
        """
        super().__init__(scope, construct_id)
        self.role_path = check_role_path(role_path)
        self._policy = MergedPolicy(self)
        self._admitted: set[JobAccess] = set()
        self.role = _new_role(self, "Role", self._policy.document, self.role_path, permissions_boundary)
        self._policy.is_of(self.role)

    def admit(self, access: JobAccess, *, outlives_stack: bool) -> None:
        """Add what one more job needs; called by `ModelInvocationJob`.

        :param outlives_stack: the job may be left running when its stack is deleted, and the role with it.
        :raises ValueError: the policy would become longer than IAM allows.
        """
        if outlives_stack and not is_made_elsewhere(self.role):
            self.role.apply_removal_policy(RemovalPolicy.RETAIN)
        if access in self._admitted:
            return
        self._admitted.add(access)
        statements = access.statements(self)
        self._policy.add(statements)
        acknowledge_statements(self.role, statements)
        check_inline_policy(
            self,
            "a shared service role",
            self._policy.statements,
            "let some of its jobs use another BatchServiceRole, or name buckets, models and networks that they have in "
            "common",
        )


def create_service_role(
    scope: Construct,
    construct_id: str,
    statements: Sequence[iam.PolicyStatement],
    *,
    outlives_stack: bool,
    role_path: str,
    permissions_boundary: iam.IManagedPolicy | None,
) -> iam.Role:
    """Make a role with its whole policy inside, that only batch inference jobs of the stack's account and Region can
    take on.

    :raises ValueError: the policy would be longer than IAM allows.
    """
    check_inline_policy(
        scope, "a job's service role", statements, "name fewer foundation models, subnets and security groups"
    )
    document = iam.PolicyDocument(minimize=False)
    role = _new_role(scope, construct_id, document, role_path, permissions_boundary)
    document.add_statements(*statements)
    report(role, scope, statements)
    if outlives_stack and not is_made_elsewhere(role):
        role.apply_removal_policy(RemovalPolicy.RETAIN)
    acknowledge_statements(role, statements)
    return role


def trust_conditions(scope: Construct | None = None) -> dict[str, dict[str, str]]:
    """Only batch inference jobs of the stack's own account and Region: no other customer's, no other kind of job.

    :param scope: where a role with these would be made, if it is.
    """
    is_reported = scope is not None and makes_no_roles(scope)
    return {
        "StringEquals": {"aws:SourceAccount": in_report("${AWS::AccountId}") if is_reported else Aws.ACCOUNT_ID},
        "ArnLike": {"aws:SourceArn": in_report(JOB_ARNS) if is_reported else pseudo(JOB_ARNS)},
    }


def trust_statement() -> iam.PolicyStatement:
    """The one statement of a service role's trust policy."""
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal(BEDROCK)], actions=["sts:AssumeRole"], conditions=trust_conditions()
    )


def check_role_path(role_path: str) -> str:
    """Check the part of a role's IAM path that a user chooses.

    :raises ValueError: it is no IAM path.
    """
    # No token: the path stands in texts that CloudFormation substitutes.
    if not isinstance(role_path, str) or not _ROLE_FOLDER.fullmatch(role_path):
        raise ValueError(
            f"role_path must be an IAM path such as /team/, with a slash at both ends, got {shown(role_path)}"
        )
    return role_path


def _new_role(
    scope: Construct,
    construct_id: str,
    document: iam.PolicyDocument,
    role_path: str,
    permissions_boundary: iam.IManagedPolicy | None,
) -> iam.Role:
    role = iam.Role(
        scope,
        construct_id,
        path=pseudo(role_path + ROLE_FOLDER),
        assumed_by=iam.ServicePrincipal(BEDROCK, conditions=trust_conditions(scope)),
        inline_policies={POLICY_NAME: document},
        permissions_boundary=permissions_boundary,
    )
    acknowledge(role, _findings.SERVICE_ROLE)
    return role
