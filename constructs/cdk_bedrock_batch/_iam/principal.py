"""How the policies of buckets and keys name the service role of a job, or the handler's role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from cdk_bedrock_batch._checks import has_token
from cdk_bedrock_batch._iam.statement import Statement, allow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aws_cdk import aws_iam as iam

    from cdk_bedrock_batch._template import StackView


@dataclass(frozen=True, slots=True)
class RolePrincipal:
    """One role, or all roles under an IAM path.

    The name of a role that is made here is known only at deployment, and the next run may have another role. So
    policies name its account and, in a condition, its path, which are known before and do not change.
    """

    account_arn: str
    role_arns: str
    fixed: bool
    """True if the texts mean the same in every stack, whatever its account."""

    @classmethod
    def under_path(cls, view: StackView, path: str) -> Self:
        """The roles that a stack makes under an IAM path, which may hold `${AWS::Region}` and `${AWS::StackName}`."""
        path = path.replace("${AWS::Region}", view.region).replace("${AWS::StackName}", view.name)
        return cls(
            account_arn=f"arn:{view.partition}:iam::{view.account}:root",
            role_arns=f"arn:{view.partition}:iam::{view.account}:role{path}*",
            fixed=not any(map(has_token, (view.account, view.region, view.name))),
        )

    @classmethod
    def of_role(cls, view: StackView, role: iam.IRole) -> Self:
        """A user's own role."""
        role_arn = role.role_arn
        return cls(
            account_arn=f"arn:{view.partition}:iam::{role.env.account}:root",
            role_arns=role_arn,
            fixed=not has_token(role_arn),
        )

    def statement(
        self,
        actions: Iterable[str],
        resources: Iterable[str],
        conditions: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Statement:
        """A statement for the policy of a resource that allows the role."""
        only_the_role = {"ArnLike": {"aws:PrincipalArn": self.role_arns}}
        return allow(actions, resources, {**only_the_role, **(conditions or {})}, principal={"AWS": self.account_arn})
