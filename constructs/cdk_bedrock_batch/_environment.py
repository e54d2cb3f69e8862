"""Where a stack deploys to, as far as a synthesis can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack, Token, region_info

if TYPE_CHECKING:
    from constructs import IConstruct


def in_same_account(scope: IConstruct, account: str) -> bool:
    """Whether an account is certainly the one that the stack of `scope` deploys to."""
    stack = Stack.of(scope)
    return bool(stack.resolve(account) == stack.resolve(stack.account))


def in_same_stack(scope: IConstruct, other: IConstruct) -> bool:
    """Whether two constructs are declared in one stack."""
    return Stack.of(scope).node.path == Stack.of(other).node.path


def known_pseudo_parameters(scope: IConstruct) -> dict[str, str]:
    """The values of the pseudo parameters that are known for the stack of `scope`, by their names (`AWS::Region`)."""
    stack = Stack.of(scope)
    known = {"AWS::AccountId": stack.account, "AWS::Region": stack.region, "AWS::StackName": stack.stack_name}
    if not Token.is_unresolved(stack.region):
        region = region_info.RegionInfo.get(stack.region)
        known |= {"AWS::Partition": region.partition or "", "AWS::URLSuffix": region.domain_suffix or ""}
    return {name: value for name, value in known.items() if value and not Token.is_unresolved(value)}
