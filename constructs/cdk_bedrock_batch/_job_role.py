"""The service role of one job: made for its run, shared with other jobs, or brought by the user."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Stack, Token
from aws_cdk import aws_iam as iam

from cdk_bedrock_batch._acknowledge import acknowledge_added_policies
from cdk_bedrock_batch._arns import ROLE_FOLDER
from cdk_bedrock_batch._environment import in_same_account, in_same_stack
from cdk_bedrock_batch._plain_text import shown
from cdk_bedrock_batch._policy_report import is_made_elsewhere, reportable
from cdk_bedrock_batch._principal import RolePrincipal
from cdk_bedrock_batch.required_policy import PolicyKind, RequiredPolicy
from cdk_bedrock_batch.service_role import BatchServiceRole, check_role_path, create_service_role, trust_statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct, IConstruct, IDependable

    from cdk_bedrock_batch._job_access import JobAccess
    from cdk_bedrock_batch.handler import BatchHandler


@dataclass(frozen=True, slots=True)
class JobRole:
    """A role that has, or will have, what a job needs."""

    role: iam.IRole
    policies: tuple[IDependable, ...]
    """What must be there before the job starts, and until it has ended."""
    required: tuple[RequiredPolicy, ...]
    """What the role must have from elsewhere."""
    principal: RolePrincipal


def make(
    scope: Construct,
    handler: BatchHandler,
    access: JobAccess,
    *,
    run: Sequence[str | None],
    places: Sequence[IConstruct],
    outlives_stack: bool,
    role_path: str | None,
    permissions_boundary: iam.IManagedPolicy | None,
) -> JobRole:
    """Make a role for one run.

    :param run: what defines the run and its rights. The role is named after that: other rights, another role. Were it
        the same role, an update would take the running job's rights away before it is known whether the new job takes
        its place, and a rollback would keep a job that has failed meanwhile. A run with the same rights keeps it.
    :param places: the buckets and keys of the run.
    :raises ValueError: `role_path` is no IAM path, the policy would be too long, or the stack is full.
    """
    role_path = check_role_path(role_path or "/")
    handler.count_resources(2)
    # A reference to another stack resolves to a logical id without its stack.
    elsewhere = [_stack_name(each) for each in places if not in_same_stack(scope, each)]
    rights = json.dumps([*Stack.of(scope).resolve([*run]), *elsewhere], sort_keys=True)
    role = create_service_role(
        scope,
        f"ServiceRole{hashlib.sha256(rights.encode()).hexdigest()[:8]}",
        access.statements(scope),
        outlives_stack=outlives_stack,
        role_path=role_path,
        permissions_boundary=permissions_boundary,
    )
    return JobRole(role, (role,), (), _passable(scope, handler, role, role_path))


def _stack_name(construct: IConstruct) -> str:
    stack = Stack.of(construct)
    return stack.node.path if Token.is_unresolved(stack.stack_name) else stack.stack_name


def share(
    scope: Construct, handler: BatchHandler, access: JobAccess, shared: BatchServiceRole, *, outlives_stack: bool
) -> JobRole:
    """Let a job use a role that others use, too.

    :raises ValueError: the role is of another stack, its policy would be too long, or the stack is full.
    """
    if not in_same_stack(scope, shared):
        raise ValueError(
            f"a BatchServiceRole serves the jobs of its own stack, which is {Stack.of(shared).node.path}, "
            f"got one for a job of {Stack.of(scope).node.path}"
        )
    handler.count_resources(1)
    shared.admit(access, outlives_stack=outlives_stack)
    return JobRole(shared.role, (shared,), (), _passable(scope, handler, shared.role, shared.role_path))


def _passable(scope: Construct, handler: BatchHandler, role: iam.Role, role_path: str) -> RolePrincipal:
    """Let the handler pass a role that is made here, or by an administrator in its place."""
    if is_made_elsewhere(role):
        handler.allow_role(role.role_arn)
        return RolePrincipal.of_role(scope, role)
    handler.allow_roles_under(role_path)
    return RolePrincipal.under_path(scope, role_path + ROLE_FOLDER)


def bring(scope: Construct, handler: BatchHandler, access: JobAccess, role: iam.IRole) -> JobRole:
    """Give a brought role what a job needs, where that is possible.

    :raises ValueError: the role is of another account, whose roles Amazon Bedrock does not take on, or the stack is
        full.
    """
    account = Stack.of(scope).account
    known = not Token.is_unresolved(account) and not Token.is_unresolved(role.env.account)
    if known and not in_same_account(scope, role.env.account):
        raise ValueError(
            f"service_role must be a role of the stack's own account {account}, got {shown(role.role_arn)}"
        )
    handler.count_resources(1)
    handler.allow_role(role.role_arn)
    statements = access.statements(scope)
    principal = RolePrincipal.of_role(scope, role)
    # A role of another stack would get a policy there that names what is here: a circle of stacks.
    if in_same_stack(scope, role):
        told = [reportable(role, scope, statement) for statement in statements]
        added = [role.add_to_principal_policy(statement).policy_dependable for statement in told]
        # CDK's immutable roles answer that they took the statement, so the policy itself is looked for.
        if any(isinstance(child, iam.Policy) for child in role.node.find_all()):
            acknowledge_added_policies(role, statements)
            return JobRole(role, (role, *(each for each in added if each is not None)), (), principal)
    required = (
        RequiredPolicy.of(scope, PolicyKind.IDENTITY_POLICY, role.role_arn, statements),
        RequiredPolicy.of(scope, PolicyKind.TRUST_POLICY, role.role_arn, [trust_statement()]),
    )
    return JobRole(role, (role,), required, principal)
