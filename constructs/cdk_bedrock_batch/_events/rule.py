"""A rule on the default event bus, with options as those of CDK's own `on_*` methods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_cdk import aws_events as events

from cdk_bedrock_batch._events.job_rule import JobRule

if TYPE_CHECKING:
    from constructs import Construct

_MEMBERS = ("account", "detail", "detail_type", "id", "region", "resources", "source", "time", "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Which events a rule matches."""

    source: str
    detail_type: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    resources: tuple[str, ...] = ()

    def members(self) -> dict[str, Any]:
        """The members of an `EventPattern`."""
        pattern: dict[str, Any] = {"source": [self.source], "detail_type": [self.detail_type]}
        if self.detail:
            pattern["detail"] = dict(self.detail)
        if self.resources:
            pattern["resources"] = list(self.resources)
        return pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOptions:
    """What a user may say of a rule. The names are those of `aws_events.OnEventOptions`."""

    target: events.IRuleTarget | None = None
    description: str | None = None
    event_pattern: events.EventPattern | None = None
    rule_name: str | None = None


def new_rule(scope: Construct, construct_id: str, pattern: Pattern, options: RuleOptions) -> JobRule:
    """Declare a rule.

    :param pattern: what the rule is for. The `event_pattern` of the options restricts it.
    :raises ValueError: `event_pattern` holds a member of `pattern`.
    """
    ours = pattern.members()
    if options.event_pattern is not None:
        theirs = {name: getattr(options.event_pattern, name) for name in _MEMBERS}
        _check_distinct(ours, {name: value for name, value in theirs.items() if value is not None})
    rule = JobRule(
        scope,
        construct_id,
        description=options.description,
        event_pattern=options.event_pattern or events.EventPattern(**ours),
        rule_name=options.rule_name,
    )
    if options.event_pattern is not None:
        rule.add_event_pattern(**ours)
    if options.target is not None:
        rule.add_target(options.target)
    return rule


def _check_distinct(ours: Mapping[str, Any], theirs: Mapping[str, Any], path: str = "") -> None:
    """CDK joins two lists for one member of the event. The rule would then match more events, not fewer."""
    for name in ours.keys() & theirs.keys():
        if isinstance(ours[name], Mapping) and isinstance(theirs[name], Mapping):
            _check_distinct(ours[name], theirs[name], f"{path}{name}.")
        else:
            raise ValueError(  # noqa: TRY004 - a wrong value: its type is right
                f"event_pattern must not hold {path}{name}, which the rule sets itself: CDK joins the two lists, so "
                "the rule would match more events; use another on_ method, or declare an aws_events.Rule"
            )
