"""A KMS key as a template names it, and whether its policy lets IAM decide."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, Final, cast

from aws_cdk import Stack
from aws_cdk import aws_kms as kms

from cdk_bedrock_batch._template.asked_once import AskedOnce

_ALIAS: Final = ":alias/"


class EncryptionKey(AskedOnce[kms.IKey]):
    """A key, or an alias whose key is not known."""

    def __init__(self, key: kms.IKey) -> None:
        """Keep a key, or the key of an alias if the alias knows it."""
        super().__init__(_target(key))

    @property
    def key(self) -> kms.IKey:
        """The construct."""
        return self.construct

    @cached_property
    def arn(self) -> str:
        """The key as S3 calls name it."""
        return self.key.key_arn

    @cached_property
    def account(self) -> str:
        """The account that owns the key."""
        return self.key.env.account

    @property
    def alias(self) -> str | None:
        """`alias/<name>` of an alias. None for a key."""
        _, is_alias, name = self.arn.partition(_ALIAS)
        return f"alias/{name}" if is_alias else None

    @property
    def keys_behind(self) -> str:
        """The keys in the alias's account and Region, as an IAM resource."""
        return f"{self.arn.partition(_ALIAS)[0]}:key/*"

    @cached_property
    def leaves_it_to_iam(self) -> bool:
        """Whether the key is in this app, with CDK's default policy or another one that lets IAM decide."""
        element = self.key.node.default_child
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


def _target(key: kms.IKey) -> kms.IKey:
    if not hasattr(key, "alias_name"):
        return key
    try:
        return cast("kms.IAlias", key).alias_target_key
    except RuntimeError:
        # CDK's result for an alias that is imported by its name.
        return key


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
