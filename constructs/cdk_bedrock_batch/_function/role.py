"""The role of a function: made here, or a user's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from aws_cdk import Fn
from aws_cdk import aws_iam as iam

from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks import has_token
from cdk_bedrock_batch._iam import MergedPolicy, RolePrincipal, Statement, is_reported
from cdk_bedrock_batch._nag import acknowledge, findings
from cdk_bedrock_batch._template import pseudo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct, IConstruct, IDependable

    from cdk_bedrock_batch._template import StackView

_LAMBDA: Final = "lambda.amazonaws.com"


@dataclass(frozen=True, slots=True)
class FunctionRole:
    """A role and its policy, which grows with the jobs of the stack."""

    arn: str
    for_function: iam.IRole
    """The same role, to which CDK adds nothing."""
    policy: MergedPolicy
    principal: RolePrincipal
    holder: IConstruct | None
    """The resource that has the policy; None if the policy cannot be written from this stack."""
    dependencies: tuple[IDependable, ...] = ()
    """What the function cannot see from its role."""


def make(
    scope: Construct, view: StackView, *, path: str, policy_name: str, description: str, reasons: Mapping[str, str]
) -> FunctionRole:
    """Create a role with its whole policy inline, under a path of its stack.

    :param reasons: why findings of rule packs stay.
    """
    policy = MergedPolicy(view)
    role = iam.Role(
        scope,
        "Role",
        path=pseudo.substituted(path),
        assumed_by=iam.ServicePrincipal(_LAMBDA),
        description=description,
        inline_policies={policy_name: policy.document},
    )
    policy.is_of(role)
    acknowledge(role, reasons)
    # With `iam.Role.customize_roles` an administrator makes the roles, and the template has none.
    is_made_here = role.node.default_child is not None
    principal = RolePrincipal.under_path(view, path) if is_made_here else RolePrincipal.of_role(view, role)
    return FunctionRole(role.role_arn, role.without_policy_updates(), policy, principal, role)


def bring(scope: Construct, view: StackView, role: iam.IRole) -> FunctionRole:
    """Give a user's own role a policy, if that is possible.

    :raises ValueError: the role is in another account, where Lambda cannot assume it for this function.
    """
    account = role.env.account
    if not (has_token(view.account) or has_token(account) or view.is_own_account(account)):
        raise ValueError(f"role must be a role of the stack's own account {view.account}, got {shown(role.role_arn)}")
    merged = MergedPolicy(view)
    holder: IConstruct | None = None
    if is_reported(role.node):
        merged.is_of(role)
        holder = role
    # A policy in the role's stack would name resources of this stack, and the stacks would depend on each other.
    elif view.holds(role):
        # Two stacks may have imported the same role: neither may replace or delete the policy of the other.
        guid = Fn.select(2, Fn.split("/", view.stack.stack_id))
        policy = iam.Policy(scope, "Policy", document=merged.document, policy_name=f"BedrockBatchHandler-{guid}")
        role.attach_inline_policy(policy)
        # CDK's immutable roles do not say that they left it out.
        if view.stack.resolve(cast("iam.CfnPolicy", policy.node.default_child).roles):
            acknowledge(policy, findings.ids(findings.ADDED_POLICY))
            holder = policy
    immutable = (
        role.without_policy_updates()
        if isinstance(role, iam.Role)
        else iam.Role.from_role_arn(scope, "RoleReference", role.role_arn, mutable=False)
    )
    dependencies = (role,) if holder is None else (role, holder)
    return FunctionRole(role.role_arn, immutable, merged, RolePrincipal.of_role(view, role), holder, dependencies)


def trust_statement() -> Statement:
    """The one statement of the role's trust policy."""
    return {"Effect": "Allow", "Principal": {"Service": _LAMBDA}, "Action": "sts:AssumeRole"}
