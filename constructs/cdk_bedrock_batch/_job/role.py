"""The service role of one job: made for its run, shared with other jobs, or the user's own."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam

from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks import check_role_path, has_token
from cdk_bedrock_batch._iam import (
    ROLE_FOLDER,
    RolePrincipal,
    check_inline_policy,
    is_reported,
    makes_no_roles,
    new_service_role,
    report,
    reportable,
    trust_statement,
)
from cdk_bedrock_batch._nag import acknowledge, findings, service_role_wildcard_ids
from cdk_bedrock_batch._template import StackView
from cdk_bedrock_batch.required_policy import PolicyKind, RequiredPolicy
from cdk_bedrock_batch.service_role import BatchServiceRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct, IConstruct, IDependable, Node

    from cdk_bedrock_batch._iam import JobAccess, Statement
    from cdk_bedrock_batch.handler import BatchHandler


@dataclass(frozen=True, slots=True)
class JobRole:
    """A role that has the rights that a job needs, or gets them."""

    role: iam.IRole
    arn: str
    policies: tuple[IDependable, ...]
    """What must exist before the job starts and until it has ended."""
    required: tuple[RequiredPolicy, ...]
    """The statements that others must add for the role."""
    principal: RolePrincipal
    made: tuple[Statement, ...] = ()
    """Its policy, if it is one of the job's own and in the template."""


def of_job(
    scope: Construct,
    node: Node,
    handler: BatchHandler,
    access: JobAccess,
    given: iam.IRole | BatchServiceRole | None,
    *,
    folder: str,
    run: Sequence[str],
    outlives_stack: bool,
    role_path: str | None,
    permissions_boundary: iam.IManagedPolicy | None,
) -> JobRole:
    """The role of a job, with its rights: a user's own, a shared one, or a new one.

    :param node: of the scope.
    :param folder: of the stack's jobs.
    :param run: what defines the run and its rights, see `make`.
    :raises ValueError: the role cannot serve the job, its policy would be too long, or the stack is full.
    """
    if isinstance(given, BatchServiceRole):
        return share(handler, access.shared(folder), given, outlives_stack=outlives_stack)
    if given is not None:
        return bring(handler, access, given)
    return make(
        scope,
        node,
        handler,
        access,
        run=run,
        outlives_stack=outlives_stack,
        role_path=role_path,
        permissions_boundary=permissions_boundary,
    )


def make(
    scope: Construct,
    node: Node,
    handler: BatchHandler,
    access: JobAccess,
    *,
    run: Sequence[str],
    outlives_stack: bool,
    role_path: str | None,
    permissions_boundary: iam.IManagedPolicy | None,
) -> JobRole:
    """Create a role for one run.

    :param node: of the scope.
    :param run: what defines the run and its rights. It is part of the role's name, so other rights make another role.
        If the role stayed the same, an update would remove rights from the running job before the new job has replaced
        it, and a rollback would return to a job that has failed in between. A run with the same rights keeps its role.
    :raises ValueError: `role_path` is not an IAM path, the policy would be too long, or the stack is full.
    """
    view = handler._view
    role_path = check_role_path(role_path or "/")
    statements = access.statements()
    check_inline_policy(
        view, "a job's service role", statements, "name fewer foundation models, subnets and security groups"
    )
    # A reference to another stack resolves to a logical id without its stack.
    elsewhere = [_stack_name(other) for each in access.places if (other := StackView.around(each)) is not view]
    defining = (*run, *(key.key.arn for key in access.keys))
    # The ids of roles are a public contract: this form is the one that the first version hashed.
    texts = [{"Fn::Sub": view.written(text)} if has_token(text) else text for text in defining]
    rights = json.dumps([*texts, *elsewhere], sort_keys=True)
    reported = is_reported(node)
    # CDK itself reports what a role has from the start, but leaves some tokens in it.
    document = iam.PolicyDocument.from_json({"Statement": [] if reported else statements})
    role = new_service_role(
        scope,
        f"ServiceRole{hashlib.sha256(rights.encode()).hexdigest()[:8]}",
        document,
        role_path=role_path,
        permissions_boundary=permissions_boundary,
        in_report=reported and makes_no_roles(node),
    )
    if reported:
        report(role, view, statements)
        document.add_statements(*map(iam.PolicyStatement.from_json, statements))
    # With `iam.Role.customize_roles` an administrator makes the roles, and the template has none.
    element = role.node.default_child
    if outlives_stack and element is not None:
        role.apply_removal_policy(RemovalPolicy.RETAIN)
    acknowledge(element or role, findings.ids(findings.SERVICE_ROLE) | service_role_wildcard_ids(view, statements))
    made = _made_here(handler, role, role_path, role, is_made_here=element is not None)
    return replace(made, made=tuple(statements) if element is not None else ())


def _stack_name(view: StackView) -> str:
    return view.path if has_token(view.name) else view.name


def share(handler: BatchHandler, access: JobAccess, shared: BatchServiceRole, *, outlives_stack: bool) -> JobRole:
    """Let a job use a role that other jobs use too.

    :raises ValueError: the role is in another stack, its policy would be too long, or the stack is full.
    """
    view = StackView.around(shared)
    if view is not handler._view:
        raise ValueError(
            f"a BatchServiceRole serves the jobs of its own stack, which is {view.path}, "
            f"got one for a job of {handler._view.path}"
        )
    shared._admit(access, outlives_stack=outlives_stack)
    return _made_here(handler, shared.role, shared.role_path, shared, is_made_here=shared._is_made_here)


def _made_here(
    handler: BatchHandler, role: iam.Role, role_path: str, policy: IDependable, *, is_made_here: bool
) -> JobRole:
    """Allow the handler to pass a role that is made here, or by an administrator instead."""
    arn = role.role_arn
    if not is_made_here:
        handler._allow_role(arn)
        return JobRole(role, arn, (policy,), (), RolePrincipal.of_role(handler._view, role))
    handler._allow_roles_under(role_path)
    principal = RolePrincipal.under_path(handler._view, role_path + ROLE_FOLDER)
    return JobRole(role, arn, (policy,), (), principal)


def bring(handler: BatchHandler, access: JobAccess, role: iam.IRole) -> JobRole:
    """Give a user's own role what a job needs, if that is possible.

    :raises ValueError: the role is in another account, where Amazon Bedrock cannot assume it, or the stack is full.
    """
    view, arn, account = handler._view, role.role_arn, role.env.account
    known = not has_token(view.account) and not has_token(account)
    if known and not view.is_own_account(account):
        raise ValueError(f"service_role must be a role of the stack's own account {view.account}, got {shown(arn)}")
    handler._allow_role(arn)
    statements = access.statements()
    principal = RolePrincipal.of_role(view, role)
    # A policy in the role's stack would name resources of this stack, and the stacks would depend on each other.
    if view.holds(role):
        told = [reportable(view, each) for each in statements] if is_reported(role.node) else statements
        policies = [iam.PolicyStatement.from_json(statement) for statement in told]
        added = [role.add_to_principal_policy(policy).policy_dependable for policy in policies]
        # CDK's immutable roles report that they added the statement, so the code looks for the policy itself.
        if any(isinstance(child, iam.Policy) for child in role.node.find_all()):
            _acknowledge_added(view, role, statements)
            return JobRole(role, arn, (role, *(each for each in added if each is not None)), (), principal)
    required = (
        RequiredPolicy._of(view, PolicyKind.IDENTITY_POLICY, arn, statements),
        RequiredPolicy._of(view, PolicyKind.TRUST_POLICY, arn, [trust_statement()]),
    )
    return JobRole(role, arn, (role,), required, principal)


def _acknowledge_added(view: StackView, role: IConstruct, statements: Sequence[Statement]) -> None:
    """Acknowledge findings of the policy that CDK makes for a user's own role.

    A policy that had other statements before belongs to the user: then only the wildcards are acknowledged.
    """
    for policy in role.node.find_all():
        if isinstance(policy, iam.Policy):
            is_ours = policy.document.statement_count == len(statements)
            reasons = findings.ids(findings.ADDED_POLICY) if is_ours else {}
            acknowledge(policy, reasons | service_role_wildcard_ids(view, statements))
