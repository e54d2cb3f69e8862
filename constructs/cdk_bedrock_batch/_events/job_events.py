"""Rules for `Batch Inference Job State Change`, the event that Amazon Bedrock itself sends."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final, cast

from bedrock_batch.statuses import ENDED, JobStatus
from cdk_bedrock_batch._checks import checked
from cdk_bedrock_batch._events.rule import Pattern, RuleOptions, new_rule

if TYPE_CHECKING:
    from collections.abc import Collection

    from aws_cdk import aws_events as events
    from constructs import Construct

    from cdk_bedrock_batch._events.subject import Subject

_SOURCE: Final = "aws.bedrock"
_DETAIL_TYPE: Final = "Batch Inference Job State Change"
_COMPLETED: Final = (JobStatus.COMPLETED, JobStatus.PARTIALLY_COMPLETED)
_FAILED: Final = (JobStatus.FAILED, JobStatus.EXPIRED)
# In the order of the API, which is the same in every process.
_ENDED: Final = tuple(status for status in JobStatus if status in ENDED)


class JobEvents:
    """The rules of a job. Amazon Bedrock sends its events on a best-effort basis: a rule may miss one."""

    @abstractmethod
    def _subject(self) -> Subject:
        """Whose events the rules match."""

    @checked
    def on_state_change(
        self,
        construct_id: str,
        *,
        target: events.IRuleTarget | None = None,
        description: str | None = None,
        event_pattern: events.EventPattern | None = None,
        rule_name: str | None = None,
        cross_stack_scope: Construct | None = None,
    ) -> events.Rule:
        """Make a rule for each change of the job's status: `Submitted`, `Validating` and so on.

        The event has the job's ARN, name, model, status and failure message. It has no output location, no counts and
        no tags. A rule follows all runs of a declared job, and is deployed before the job.

        :param target: what gets the event. It must not name a declared job, which is deployed after the rule: take the
            ARN from the event, at `$.detail.batchJobArn`. Default: none, use `add_target` of the rule.
        :param description: of the rule. Default: none.
        :param event_pattern: what else an event must match. Default: nothing else.
        :param rule_name: name of the rule. Default: made by AWS CloudFormation.
        :param cross_stack_scope: where to declare the rule. In another stack, in the same account and Region, the job
            needs a `job_name_prefix`; the rule then matches jobs of other stacks with the same prefix and construct
            id, too. Default: the job.
        :raises ValueError: `event_pattern` would widen the rule, or a rule in another stack cannot know the job.
        """
        options = RuleOptions(target=target, description=description, event_pattern=event_pattern, rule_name=rule_name)
        return self._on_statuses(construct_id, (), options, cross_stack_scope)

    @checked
    def on_completed(
        self,
        construct_id: str,
        *,
        target: events.IRuleTarget | None = None,
        description: str | None = None,
        event_pattern: events.EventPattern | None = None,
        rule_name: str | None = None,
        cross_stack_scope: Construct | None = None,
    ) -> events.Rule:
        """Make a rule for `Completed` and `PartiallyCompleted`. The options are those of `on_state_change`.

        Amazon Bedrock says `Completed` even if every record has an error.

        :raises ValueError: see `on_state_change`.
        """
        options = RuleOptions(target=target, description=description, event_pattern=event_pattern, rule_name=rule_name)
        return self._on_statuses(construct_id, _COMPLETED, options, cross_stack_scope)

    @checked
    def on_failed(
        self,
        construct_id: str,
        *,
        target: events.IRuleTarget | None = None,
        description: str | None = None,
        event_pattern: events.EventPattern | None = None,
        rule_name: str | None = None,
        cross_stack_scope: Construct | None = None,
    ) -> events.Rule:
        """Make a rule for `Failed` and `Expired`. The options are those of `on_state_change`.

        A job that was stopped has not failed: `on_ended` has both.

        :raises ValueError: see `on_state_change`.
        """
        options = RuleOptions(target=target, description=description, event_pattern=event_pattern, rule_name=rule_name)
        return self._on_statuses(construct_id, _FAILED, options, cross_stack_scope)

    @checked
    def on_ended(
        self,
        construct_id: str,
        *,
        target: events.IRuleTarget | None = None,
        description: str | None = None,
        event_pattern: events.EventPattern | None = None,
        rule_name: str | None = None,
        cross_stack_scope: Construct | None = None,
    ) -> events.Rule:
        """Make a rule for each end: `Completed`, `PartiallyCompleted`, `Failed`, `Stopped` and `Expired`.

        The options are those of `on_state_change`.

        :raises ValueError: see `on_state_change`.
        """
        options = RuleOptions(target=target, description=description, event_pattern=event_pattern, rule_name=rule_name)
        return self._on_statuses(construct_id, _ENDED, options, cross_stack_scope)

    def _on_statuses(
        self, construct_id: str, statuses: Collection[JobStatus], options: RuleOptions, scope: Construct | None
    ) -> events.Rule:
        subject = self._subject()
        scope = scope or cast("Construct", self)
        detail = subject.detail(scope)
        if statuses:
            detail["status"] = [str(status) for status in statuses]
        rule = new_rule(scope, construct_id, Pattern(source=_SOURCE, detail_type=_DETAIL_TYPE, detail=detail), options)
        subject.is_followed_by(rule)
        return rule


def on_any_state_change(scope: Construct, construct_id: str, options: RuleOptions) -> events.Rule:
    """Make a rule for each change of the status of any job in the account and Region."""
    return new_rule(scope, construct_id, Pattern(source=_SOURCE, detail_type=_DETAIL_TYPE), options)
