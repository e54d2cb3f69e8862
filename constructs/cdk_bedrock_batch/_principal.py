"""The service role of a job, or the handler's role, as the policies of buckets and keys elsewhere name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from aws_cdk import Stack, Token
from aws_cdk import aws_iam as iam

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from constructs import IConstruct


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
    def under_path(cls, scope: IConstruct, path: str) -> Self:
        """The roles that the stack of `scope` makes under an IAM path, in which `${AWS::...}` may stand."""
        stack = Stack.of(scope)
        path = path.replace("${AWS::Region}", stack.region).replace("${AWS::StackName}", stack.stack_name)
        return cls(
            account_arn=f"arn:{stack.partition}:iam::{stack.account}:root",
            role_arns=f"arn:{stack.partition}:iam::{stack.account}:role{path}*",
            fixed=not any(map(Token.is_unresolved, (stack.account, stack.region, stack.stack_name))),
        )

    @classmethod
    def of_role(cls, scope: IConstruct, role: iam.IRole) -> Self:
        """A role that was brought."""
        stack = Stack.of(scope)
        account = role.env.account
        return cls(
            account_arn=f"arn:{stack.partition}:iam::{account}:root",
            role_arns=role.role_arn,
            fixed=not Token.is_unresolved(role.role_arn),
        )

    def statement(
        self,
        actions: Iterable[str],
        resources: Iterable[str],
        conditions: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> iam.PolicyStatement:
        """A statement for the policy of a resource that lets the role in."""
        only_the_role = {"ArnLike": {"aws:PrincipalArn": self.role_arns}}
        return iam.PolicyStatement(
            principals=[iam.ArnPrincipal(self.account_arn)],
            actions=[*actions],
            resources=[*resources],
            conditions={**only_the_role, **(conditions or {})},
        )
