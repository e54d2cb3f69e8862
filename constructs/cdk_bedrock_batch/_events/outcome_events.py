"""Rules for `Batch Inference Job Outcome`, the event of this library's own function."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, cast

from bedrock_batch.outcome.names import DETAIL_TYPE, SOURCE, RunOutcome
from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks import checked
from cdk_bedrock_batch._events.rule import Pattern, RuleOptions, new_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_events as events
    from constructs import Construct

    from cdk_bedrock_batch._events.subject import ByName


class OutcomeEvents:
    """The rules for how the runs of a declared job went."""

    @property
    @abstractmethod
    def _outcome(self) -> object | None:
        """When a run is good. None: the job has no outcome."""

    @abstractmethod
    def _subject(self) -> ByName:
        """Whose events the rules match."""

    @checked
    def on_outcome(
        self,
        construct_id: str,
        *,
        outcomes: Sequence[str] | None = None,
        target: events.IRuleTarget | None = None,
        description: str | None = None,
        event_pattern: events.EventPattern | None = None,
        rule_name: str | None = None,
        cross_stack_scope: Construct | None = None,
    ) -> events.Rule:
        """Make a rule for how each run of the job went. The job needs the option `outcome` or `notify`.

        The event comes at least once for each run, with the outcome, the output location, counts, tokens and tags.

        :param outcomes: of `RunOutcome`. Default: all.
        :param target: what gets the event. It must not name the job, which is deployed after the rule: the event has
            `$.detail.jobArn` and `$.detail.outputUri`. Default: none, use `add_target` of the rule.
        :param description: of the rule. Default: none.
        :param event_pattern: what else an event must match. Default: nothing else.
        :param rule_name: name of the rule. Default: made by AWS CloudFormation.
        :param cross_stack_scope: where to declare the rule, in the same account and Region. In another stack the rule
            knows the job by the name of its stack. Default: the job.
        :raises ValueError: the job has no outcome, a text is no outcome, `event_pattern` would widen the rule, or the
            name of the job's stack is not known in another stack.
        """
        if self._outcome is None:
            raise ValueError("on_outcome needs a job with outcome or notify, such as outcome=Outcome()")
        subject = self._subject()
        scope = cross_stack_scope or cast("Construct", self)
        detail: dict[str, Any] = subject.outcome_detail(scope)
        if outcomes is not None:
            detail["outcome"] = [str(each) for each in _checked_outcomes(outcomes)]
        options = RuleOptions(target=target, description=description, event_pattern=event_pattern, rule_name=rule_name)
        rule = new_rule(scope, construct_id, Pattern(source=SOURCE, detail_type=DETAIL_TYPE, detail=detail), options)
        subject.comes_after(rule)
        return rule


def _checked_outcomes(outcomes: Sequence[str]) -> list[RunOutcome]:
    if not outcomes:
        raise ValueError("outcomes must name at least one outcome")
    known = {str(each): each for each in RunOutcome}
    for each in outcomes:
        if each not in known:
            raise ValueError(f"outcomes must be some of {', '.join(known)}, got {shown(each)}")
    return [known[each] for each in outcomes]
