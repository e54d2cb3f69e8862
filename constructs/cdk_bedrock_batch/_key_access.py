"""A KMS key as a job uses it: by which ARN, with which rights of the role, and what its key policy must say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, cast

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from cdk_bedrock_batch._environment import in_same_account, in_same_stack
from cdk_bedrock_batch._text import attribute, pseudo
from cdk_bedrock_batch.required_policy import PolicyKind, RequiredPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructs import IConstruct

    from cdk_bedrock_batch._principal import RolePrincipal

_THROUGH_S3 = "s3.${AWS::Region}.${AWS::URLSuffix}"
_ALIAS = ":alias/"


@dataclass(frozen=True, slots=True)
class KeyAccess:
    """A key, and for what the job needs it."""

    key: kms.IKey
    actions: tuple[str, ...]

    @classmethod
    def of(cls, key: kms.IKey, actions: Iterable[str]) -> Self:
        """Take a key, or the one behind an alias that knows it."""
        return cls(_target(key), tuple(actions))

    def arn(self, scope: IConstruct | None) -> str:
        """What S3 calls are given: the key's ARN, or the alias's where no more is known.

        :param scope: a construct of the stack in which the text will stand; None for any stack.
        """
        return self.key.key_arn if scope is None else attribute(scope, self.key, "Arn", self.key.key_arn)

    def statement(self, scope: IConstruct | None) -> iam.PolicyStatement:
        """The right to use the key, through S3 in the stack's Region only; `scope` as for `arn`."""
        conditions: dict[str, Any] = {"StringEquals": {"kms:ViaService": pseudo(_THROUGH_S3)}}
        head, is_alias, name = self.key.key_arn.partition(_ALIAS)
        if not is_alias:
            return iam.PolicyStatement(actions=[*self.actions], resources=[self.arn(scope)], conditions=conditions)
        # IAM takes an alias in Resource for the alias itself, not for the key behind it (KMS Developer Guide, "Use
        # aliases to control access to KMS keys").
        conditions["ForAnyValue:StringEquals"] = {"kms:ResourceAliases": f"alias/{name}"}
        return iam.PolicyStatement(actions=[*self.actions], resources=[f"{head}:key/*"], conditions=conditions)

    def open_to(self, scope: IConstruct, principal: RolePrincipal) -> RequiredPolicy | None:
        """Let a role in by the key policy, where IAM policies of its account are not enough.

        :return: what the key policy must say, if it cannot be written from here.
        """
        own = in_same_account(scope, self.key.env.account)
        if own and _leaves_it_to_iam(self.key):
            return None
        stack = Stack.of(scope)
        through_s3 = {"StringEquals": {"kms:ViaService": f"s3.{stack.region}.{stack.url_suffix}"}}
        statement = principal.statement(self.actions, ["*"], through_s3)
        if (principal.fixed or in_same_stack(scope, self.key)) and self.key.add_to_resource_policy(
            statement, allow_no_op=True
        ).statement_added:
            return None
        return RequiredPolicy.of(scope, PolicyKind.KEY_POLICY, self.key.key_arn, [statement])


def distinct(keys: Iterable[KeyAccess]) -> tuple[KeyAccess, ...]:
    """The first use of each key."""
    return tuple({each.key.key_arn: each for each in reversed([*keys])}.values())[::-1]


def _target(key: kms.IKey) -> kms.IKey:
    if not hasattr(key, "alias_name"):
        return key
    try:
        return cast("kms.IAlias", key).alias_target_key
    except RuntimeError:
        # CDK's own answer for an alias that was imported by its name.
        return key


def _leaves_it_to_iam(key: kms.IKey) -> bool:
    """Whether a key that is declared in this app has CDK's default policy, or another one that lets IAM decide."""
    element = key.node.default_child
    if not isinstance(element, kms.CfnKey):
        return False
    document = Stack.of(element).resolve(element.key_policy) or {}
    return any(
        statement.get("Effect") == "Allow"
        and "Condition" not in statement
        and "kms:*" in _as_list(statement.get("Action"))
        and ":root" in json.dumps(statement.get("Principal"))
        for statement in document.get("Statement", [])
    )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
