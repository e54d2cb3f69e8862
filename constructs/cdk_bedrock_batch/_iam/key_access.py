"""A KMS key that a job uses: the rights of its role, and what the key policy must say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

from cdk_bedrock_batch._iam.statement import Conditions, Statement, allow
from cdk_bedrock_batch._template import pseudo
from cdk_bedrock_batch.required_policy import PolicyKind, RequiredPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdk_bedrock_batch._iam.principal import RolePrincipal
    from cdk_bedrock_batch._template import EncryptionKey, StackView


@dataclass(frozen=True, slots=True)
class KeyAccess:
    """A key, and what the job does with it."""

    key: EncryptionKey
    actions: tuple[str, ...]

    def statement(self) -> Statement:
        """The right to use the key, through S3 in the stack's Region only."""
        conditions: Conditions = {
            "StringEquals": {"kms:ViaService": pseudo.substituted("s3.${AWS::Region}.${AWS::URLSuffix}")}
        }
        alias = self.key.alias
        if alias is None:
            return allow(self.actions, [self.key.arn], conditions)
        # In Resource, IAM takes an alias for the alias itself, not for its key (KMS Developer Guide, "Use aliases to
        # control access to KMS keys").
        conditions["ForAnyValue:StringEquals"] = {"kms:ResourceAliases": alias}
        return allow(self.actions, [self.key.keys_behind], conditions)

    def open_to(self, view: StackView, principal: RolePrincipal) -> RequiredPolicy | None:
        """Allow a role in the key policy, where IAM policies of its account are not enough.

        :return: what the key policy must say, if this stack cannot change it.
        """
        if view.is_own_account(self.key.account) and self.key.leaves_it_to_iam:
            return None
        through_s3 = {"StringEquals": {"kms:ViaService": f"s3.{view.region}.{view.url_suffix}"}}
        statement = principal.statement(self.actions, ["*"], through_s3)
        if (principal.fixed or view.holds(self.key.key)) and self.key.key.add_to_resource_policy(
            iam.PolicyStatement.from_json(statement), allow_no_op=True
        ).statement_added:
            return None
        return RequiredPolicy._of(view, PolicyKind.KEY_POLICY, self.key.arn, [statement])


def distinct(keys: Iterable[KeyAccess]) -> tuple[KeyAccess, ...]:
    """The first use of each key, without the repetitions."""
    return tuple({each.key.arn: each for each in reversed([*keys])}.values())[::-1]
