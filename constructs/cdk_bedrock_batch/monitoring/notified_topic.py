"""A topic that jobs notify, and what its policies must say so that it is told."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from cdk_bedrock_batch._checks import has_token
from cdk_bedrock_batch._iam import actions, allow
from cdk_bedrock_batch._template import AskedOnce, EncryptionKey
from cdk_bedrock_batch.required_policy import PolicyKind, RequiredPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs import IDependable

    from cdk_bedrock_batch._template import StackView

_EVENTS: Final = "events.amazonaws.com"
_ALARMS: Final = "cloudwatch.amazonaws.com"


class NotifiedTopic(AskedOnce[sns.ITopic]):
    """A topic, with its attributes."""

    policies: tuple[IDependable, ...] = ()
    """The policy of the topic, once `open_to` has written it."""

    @cached_property
    def arn(self) -> str:
        """The ARN of the topic."""
        return self.construct.topic_arn

    def check(self, view: StackView) -> None:
        """Check that a rule of a stack can send events to the topic.

        :raises ValueError: it is a FIFO topic, encrypted with a key of AWS, or known to be in another account or
            Region.
        """
        if self.construct.fifo:
            raise ValueError("notify must be a standard topic, since a rule of EventBridge names no message group")
        key = self.construct.master_key
        if key is not None and key.key_arn.endswith(":alias/aws/sns"):
            raise ValueError(
                "notify must be a topic with a key of your own, or without encryption: EventBridge and CloudWatch may "
                "not use the key that AWS manages for SNS (alias/aws/sns)"
            )
        env = self.construct.env
        for what, own, given in (("account", view.account, env.account), ("Region", view.region, env.region)):
            if own != given and not has_token(own) and not has_token(given):
                raise ValueError(f"notify must be a topic in the {what} of the stack, {own}, got one in {given}")

    def open_to(self, view: StackView) -> list[RequiredPolicy]:
        """Allow rules and alarms of this account in the policies of the topic and of its key.

        CDK's target of a rule allows EventBridge. But a topic whose policy CDK writes loses the default policy, by
        which alarms of the account may publish.

        :return: the policies that this stack cannot change.
        """
        return [*self._topic_policy(view), *self._key_policy(view)]

    def _topic_policy(self, view: StackView) -> Iterator[RequiredPolicy]:
        by_events, by_alarms = (
            allow(actions.PUBLISH, [self.arn], conditions, principal={"Service": service})
            for service, conditions in (
                (_EVENTS, None),
                (_ALARMS, {"StringEquals": {"aws:SourceAccount": view.account}}),
            )
        )
        added = self.construct.add_to_resource_policy(iam.PolicyStatement.from_json(by_alarms))
        if added.policy_dependable is not None:
            self.policies = (added.policy_dependable,)
        if not added.statement_added:
            yield RequiredPolicy._of(view, PolicyKind.TOPIC_POLICY, self.arn, [by_events, by_alarms])

    def _key_policy(self, view: StackView) -> Iterator[RequiredPolicy]:
        if self.construct.master_key is None:
            return
        key = EncryptionKey.of(self.construct.master_key)
        # EventBridge sends AWS KMS no condition key.
        by_events, by_alarms = (
            allow(actions.ENCRYPT, ["*"], principal={"Service": service}) for service in (_EVENTS, _ALARMS)
        )
        statement = iam.PolicyStatement.from_json(by_alarms)
        if not key.key.add_to_resource_policy(statement, allow_no_op=True).statement_added:
            yield RequiredPolicy._of(view, PolicyKind.KEY_POLICY, key.arn, [by_events, by_alarms])
