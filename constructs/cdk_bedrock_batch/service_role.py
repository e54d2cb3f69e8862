"""A service role that several jobs share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from constructs import Construct

from cdk_bedrock_batch._checks import check_role_path, checked
from cdk_bedrock_batch._iam import MergedPolicy, check_inline_policy, makes_no_roles, new_service_role
from cdk_bedrock_batch._nag import acknowledge, findings, service_role_wildcard_ids
from cdk_bedrock_batch._template import StackView

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam

    from cdk_bedrock_batch._iam import JobAccess


class BatchServiceRole(Construct):
    """One service role for several jobs of a stack, for stacks of more jobs than there is room for roles (200).

    It may read the prompts and answers of every job of the stack that has the same storage, and write the answers of
    them all, unless they lie in places of their own. Its policy grows only with what its jobs do not have in common
    (models, buckets, networks). A job that moves to it, or away from it, keeps its places, so nothing is started.

    What no job of the stack needs any more goes from the policy before a job that still runs is replaced: to change the
    model, the storage or the place in a bucket takes rights from the old run of that job, which then fails instead of
    being stopped. A role of its own, the default, never loses any.
    """

    role: iam.Role
    """The role; policies may be added to it."""

    @checked
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
        self._view = StackView.around(self)
        self._policy = MergedPolicy(self._view)
        self.role = new_service_role(
            self,
            "Role",
            self._policy.document,
            role_path=self.role_path,
            permissions_boundary=permissions_boundary,
            in_report=makes_no_roles(self.node),
        )
        self._policy.is_of(self.role)
        # `iam.Role.customize_roles` leaves roles to an administrator: then the template has none.
        self._is_made_here = self.role.node.default_child is not None
        acknowledge(self.role, findings.ids(findings.SERVICE_ROLE))

    def _admit(self, access: JobAccess, *, outlives_stack: bool) -> None:
        """Add what one more job needs; called by `ModelInvocationJob`.

        :param outlives_stack: the job may be left running when its stack is deleted, and the role with it.
        :raises ValueError: the policy would become longer than IAM allows.
        """
        if outlives_stack and self._is_made_here:
            self.role.apply_removal_policy(RemovalPolicy.RETAIN)
        statements = access.statements()
        if not self._policy.add(statements):
            return
        acknowledge(self.role, service_role_wildcard_ids(self._view, statements))
        check_inline_policy(
            self._view,
            "a shared service role",
            self._policy.statements,
            "let some of its jobs use another BatchServiceRole, or name buckets, models and networks that they have in "
            "common",
        )
