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
    """One service role for several jobs, for stacks with more jobs than there is room for roles (200).

    The role may read the records of all jobs of the stack with the same storage, and write and read their output,
    unless they use other places. Its policy grows only with what the jobs do not share (models, buckets, networks). A
    job that moves to this role, or away from it, keeps its places, so no new job starts.

    Rights that no job of the stack needs any more are removed before a running job is replaced. So a new model, storage
    or place in a bucket takes rights from the old run, which then fails instead of being stopped. A job with its own
    role, the default, never loses rights.

    Example::

        shared = BatchServiceRole(stack, "Shared")
        ModelInvocationJob(stack, "Summaries", model=model, input=records, service_role=shared)
    """

    role: iam.Role
    """The role. You may add policies to it."""

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        role_path: str = "/",
        permissions_boundary: iam.IManagedPolicy | None = None,
    ) -> None:
        """Create the role. Each job that uses it adds the rights that it needs.

        :param role_path: the IAM path, with a slash at both ends. The role is in a folder of its stack under this path.
            Default: "/".
        :param permissions_boundary: the boundary of the role. Default: none.
        :raises ValueError: `role_path` is not an IAM path.
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
        # With `iam.Role.customize_roles` an administrator makes the roles, and the template has none.
        self._is_made_here = self.role.node.default_child is not None
        acknowledge(self.role, findings.ids(findings.SERVICE_ROLE))

    def _admit(self, access: JobAccess, *, outlives_stack: bool) -> None:
        """Add the rights that one more job needs. Called by `ModelInvocationJob`.

        :param outlives_stack: the job may keep running after its stack is deleted, so the role is kept.
        :raises ValueError: the policy would be longer than IAM allows.
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
