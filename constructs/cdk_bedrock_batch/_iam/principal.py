"""The service role of a job, or the handler's role, as the policies of buckets and keys elsewhere name it."""

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
    """One role, or all the roles under an IAM path.

    A role that is made here has a name that only its deployment tells, and that of a run changes with the next. So it
    is named by its account and, as a condition, its path: a text that is known beforehand and stays.
    """

    account_arn: str
    role_arns: str
    fixed: bool
    """True if the texts mean the same in every stack, whichever account it deploys to."""

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
        """A role that was brought."""
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
        """A statement for the policy of a resource that lets the role in."""
        only_the_role = {"ArnLike": {"aws:PrincipalArn": self.role_arns}}
        return allow(actions, resources, {**only_the_role, **(conditions or {})}, principal={"AWS": self.account_arn})
