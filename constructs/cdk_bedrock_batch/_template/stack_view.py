"""What the template of a stack needs to know of the stack."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

from aws_cdk import DefaultStackSynthesizer, Stack, region_info
from constructs import Construct

from cdk_bedrock_batch._checks import TOKEN, each_text, has_token
from cdk_bedrock_batch._template.asked_once import AskedOnce

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import TagManager
    from aws_cdk import aws_s3_assets as s3_assets
    from constructs import IConstruct

_C = TypeVar("_C", bound=Construct)
_VARIABLE = re.compile(r"\$\{([^}]+)\}")
# To anything that is declared: a logical id, which other stacks may have, too.
_REFERENCE = re.compile(r'\$\{(?!AWS::)|"Fn::GetAtt"|"Ref":"(?!AWS::)')


class StackView(AskedOnce[Stack]):
    """A stack, and the values of tokens in it."""

    def __init__(self, stack: Stack) -> None:
        """Keep a stack. `around` finds the stack of a construct."""
        super().__init__(stack)
        self.path: str = stack.node.path
        self.account: str = stack.account
        self.region: str = stack.region
        self.partition: str = stack.partition
        self.url_suffix: str = stack.url_suffix
        self.name: str = stack.stack_name
        self._meanings: dict[str, str] = {}
        self._asset_buckets: dict[str, str] = {}
        self._shared: dict[str, Construct] = {}
        self._known = self._known_pseudo_parameters()

    @classmethod
    def around(cls, construct: IConstruct) -> Self:
        """The view of a construct's stack."""
        return cls.of(_StackOf.of(construct).stack)

    @property
    def stack(self) -> Stack:
        """The stack itself."""
        return self.construct

    def holds(self, construct: IConstruct) -> bool:
        """Whether a construct is declared in this stack."""
        return StackView.around(construct) is self

    def shared(self, construct_id: str, kind: type[_C], make: Callable[[Stack], _C]) -> _C:
        """A construct that a stack has once, directly below the stack. The first call makes it."""
        found = self._shared.get(construct_id)
        if not isinstance(found, kind):
            child = self.stack.node.try_find_child(construct_id)
            found = self._shared[construct_id] = child if isinstance(child, kind) else make(self.stack)
        return found

    def tags(self) -> dict[str, str]:
        """The tags that CloudFormation gives each resource of this stack, as they are now.

        The tags of a nested stack replace those of the stacks around it.
        """
        outermost, *nested = self._tag_managers
        # CDK ignores a token there, and warns of it.
        found = {key: value for key, value in outermost.tag_values().items() if not has_token(key + value)}
        for manager in nested:
            found |= manager.tag_values()
        return found

    @cached_property
    def _tag_managers(self) -> list[TagManager]:
        """Of the outermost stack first."""
        managers: list[TagManager] = []
        stack: Stack | None = self.stack
        while stack is not None:
            managers.insert(0, stack.tags)
            stack = stack.nested_stack_parent
        return managers

    def is_own_account(self, account: str) -> bool:
        """Whether an account is known to be the stack's account."""
        return account == self.account or self.readable(account) == self.readable(self.account)

    def asset_bucket(self, asset: s3_assets.Asset) -> str:
        """The name of the bucket that CDK uploads an asset to: the first text with this meaning.

        CDK makes a new token for each asset. Its own synthesizer has one bucket for all, which is asked for once.
        """
        if self._has_one_asset_bucket and self._asset_buckets:
            return next(iter(self._asset_buckets.values()))
        name = asset.s3_bucket_name
        return self._asset_buckets.setdefault(self.identity(name), name)

    @cached_property
    def _has_one_asset_bucket(self) -> bool:
        return type(self.stack.synthesizer) is DefaultStackSynthesizer

    def known(self, name: str) -> str | None:
        """The value of a pseudo parameter such as `AWS::Region`, if it is known before deployment."""
        return self._known.get(name)

    def written(self, text: str) -> str:
        """A text as in the template: `${AWS::Region}`, `${LogicalId}` and `${LogicalId.Name}` replace tokens."""
        return TOKEN.sub(lambda token: self._meaning(token[0]), text)

    def identity(self, text: str) -> str:
        """What is the same for texts that mean the same.

        A reference to another stack resolves to a logical id without its stack, so there CDK's own token counts.
        """
        meaning = self.written(text)
        return text if _REFERENCE.search(meaning) else meaning

    def readable(self, value: Any) -> Any:
        """The texts of a value as `written`, with the values that are known before deployment."""
        return each_text(
            value, lambda text: _VARIABLE.sub(lambda name: self._known.get(name[1], name[0]), self.written(text))
        )

    def _meaning(self, token: str) -> str:
        if token not in self._meanings:
            self._meanings[token] = _plain(self.stack.resolve(token))
        return self._meanings[token]

    def _known_pseudo_parameters(self) -> dict[str, str]:
        known = {"AWS::AccountId": self.account, "AWS::Region": self.region, "AWS::StackName": self.name}
        if not has_token(self.region):
            region = region_info.RegionInfo.get(self.region)
            known |= {"AWS::Partition": region.partition or "", "AWS::URLSuffix": region.domain_suffix or ""}
        return {name: value for name, value in known.items() if value and not has_token(value)}


class _StackOf(AskedOnce["IConstruct"]):
    @cached_property
    def stack(self) -> Stack:
        return Stack.of(self.construct)


def _plain(value: Any) -> str:
    match value:
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            return delimiter.join(map(_plain, parts))
        case {"Fn::Sub": str(text)} | str(text):
            return text
        case {"Fn::GetAtt": [str(resource), str(attribute)]}:
            return f"${{{resource}.{attribute}}}"
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case _:
            # Also what cdk-nag makes of it in the ids of its findings.
            return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
