"""A rule that knows which policies let its targets take events.

CDK writes some of them in resources of their own: the policies of queues and topics, and of the role that starts a
state machine. They name the rule, so they are made after it, and the job must wait for them too. Amazon EventBridge
does not repeat what a target refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import jsii
from aws_cdk import CfnResource
from aws_cdk import aws_events as events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from constructs import Construct


class JobRule(events.Rule):
    """A rule for the events of a job."""

    def __init__(self, scope: Construct, construct_id: str, **options: Any) -> None:
        """Declare the rule.

        :param options: those of `events.Rule`, but for `targets`.
        """
        super().__init__(scope, construct_id, **options)
        self._policies: list[CfnResource] = []
        self._follow: Callable[[CfnResource], None] | None = None

    def add_target(self, target: events.IRuleTarget | None = None) -> None:
        """Add a target, as CDK's own rule does."""
        super().add_target(None if target is None else cast("events.IRuleTarget", _Target(target, self._take)))

    def each_policy(self, follow: Callable[[CfnResource], None]) -> None:
        """Call `follow` with each policy by which a target takes events, also of targets that are added later."""
        self._follow = follow
        for policy in self._policies:
            follow(policy)

    def _take(self, config: events.RuleTargetConfig) -> None:
        for policy in _policies_of(config):
            if policy not in self._policies:
                self._policies.append(policy)
                if self._follow is not None:
                    self._follow(policy)


def _policies_of(config: events.RuleTargetConfig) -> Iterator[CfnResource]:
    # The ids that CDK gives to a policy below a queue or a topic, and below a role.
    for owner, name in ((config.target_resource, "Policy"), (config.role, "DefaultPolicy")):
        policy = None if owner is None else owner.node.try_find_child(name)
        resource = None if policy is None else policy.node.default_child
        if isinstance(resource, CfnResource):
            yield resource


@jsii.implements(events.IRuleTarget)
class _Target:
    """A target that tells what CDK made of it."""

    def __init__(self, target: events.IRuleTarget, take: Callable[[events.RuleTargetConfig], None]) -> None:
        self._target = target
        self._take = take

    def bind(self, rule: events.IRule, id: str | None = None) -> events.RuleTargetConfig:  # noqa: A002 - CDK's name
        config = self._target.bind(rule, id)
        self._take(config)
        return config
