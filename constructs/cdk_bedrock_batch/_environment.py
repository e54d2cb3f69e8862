"""Whether two things belong to one account or one stack, as far as a synthesis can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack

if TYPE_CHECKING:
    from constructs import IConstruct


def in_same_account(scope: IConstruct, account: str) -> bool:
    """Whether an account is certainly the one that the stack of `scope` deploys to."""
    stack = Stack.of(scope)
    return bool(stack.resolve(account) == stack.resolve(stack.account))


def in_same_stack(scope: IConstruct, other: IConstruct) -> bool:
    """Whether two constructs are declared in one stack."""
    return Stack.of(scope).node.path == Stack.of(other).node.path
