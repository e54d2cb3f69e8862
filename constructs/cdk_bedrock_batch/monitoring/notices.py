"""What a topic is told of the jobs that name it: each outcome, and by alarms what no outcome tells."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from aws_cdk import Annotations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as cloudwatch_actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets

from bedrock_batch.outcome import names
from cdk_bedrock_batch._nag import acknowledge, findings
from cdk_bedrock_batch._template import pseudo
from cdk_bedrock_batch.monitoring.alarms import function_errors_alarm, late_alarm, stuck_alarm
from cdk_bedrock_batch.monitoring.metrics import model_of
from cdk_bedrock_batch.monitoring.notified_topic import NotifiedTopic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sns as sns
    from constructs import Construct

    from cdk_bedrock_batch._template import StackView
    from cdk_bedrock_batch.handler import BatchHandler
    from cdk_bedrock_batch.model import BatchModel
    from cdk_bedrock_batch.required_policy import RequiredPolicy

# Of a template.
_RULE_BYTES: Final = 1_400
_ALARM_BYTES: Final = 1_300
# EventBridge puts each line of a text into double quotes, and escapes nothing in it.
_TEXT: Final = "{title}\n{records}\n{message}\nOutput: {output}\nJob: {job}\n{next}"


class Notices:
    """The topics of the jobs of a stack, and the rules and alarms that tell them.

    Their number does not grow with that of the jobs: one rule a topic, one alarm for jobs that are late, one for errors
    of the function itself, and one a model for jobs that are stuck.
    """

    def __init__(
        self,
        scope: Construct,
        view: StackView,
        handler: BatchHandler,
        function: lambda_.IFunction,
        before_jobs: Construct,
    ) -> None:
        """Begin without a topic.

        :param scope: what holds rules and alarms.
        :param function: the one that tells outcomes.
        :param before_jobs: what each job waits for.
        """
        self._scope, self._view, self._handler, self._function = scope, view, handler, function
        self._before_jobs = before_jobs
        self._topics: dict[str, tuple[RequiredPolicy, ...]] = {}
        self._alarms: dict[str, cloudwatch.Alarm] = {}
        self._wired: set[tuple[str, str]] = set()

    def send(self, topic: sns.ITopic, model: BatchModel) -> tuple[RequiredPolicy, ...]:
        """Send the outcomes of jobs that name a topic to it, and the alarms about a model.

        :return: the policies of topic and key that this stack cannot change.
        :raises ValueError: Amazon EventBridge cannot send events to the topic.
        """
        notified = NotifiedTopic.of(topic)
        identity = self._view.identity(notified.arn)
        if identity not in self._topics:
            notified.check(self._view)
            self._handler._take_room(resources=1, size=_RULE_BYTES)
            rule = _new_rule(self._scope, topic, notified.arn)
            self._topics[identity] = tuple(notified.open_to(self._view))
            # A job may end in a minute. Its outcome is told once, and must find its way to the topic then.
            self._before_jobs.node.add_dependency(rule, *notified.policies)
        for name, make in self._usual_alarms(model):
            if (name, identity) not in self._wired:
                self._wired.add((name, identity))
                self._alarm(name, make).add_alarm_action(cloudwatch_actions.SnsAction(topic))
        return self._topics[identity]

    def _usual_alarms(self, model: BatchModel) -> Iterable[tuple[str, Callable[[str], cloudwatch.Alarm]]]:
        yield "LateAlarm", lambda name: late_alarm(self._scope, name)
        yield "ErrorsAlarm", lambda name: function_errors_alarm(self._scope, name, self._function)
        stuck = f"StuckAlarm{_short(self._view.written(model_of(model)))}"
        yield stuck, lambda name: stuck_alarm(self._scope, name, model)

    def _alarm(self, name: str, make: Callable[[str], cloudwatch.Alarm]) -> cloudwatch.Alarm:
        if name not in self._alarms:
            self._handler._take_room(resources=1, size=_ALARM_BYTES)
            self._alarms[name] = make(name)
        return self._alarms[name]


def _new_rule(scope: Construct, topic: sns.ITopic, topic_arn: str) -> events.Rule:
    text = events.RuleTargetInput.from_multiline_text(_TEXT.format_map(_TextFields()))
    rule = events.Rule(
        scope,
        f"Notify{_short(topic.node.path)}",
        description="The outcomes of the jobs of this stack that name the topic",
        event_pattern=events.EventPattern(
            source=[names.SOURCE],
            detail_type=[names.DETAIL_TYPE],
            detail={"stackId": [pseudo.STACK_ID], "notify": [topic_arn]},
        ),
        targets=[targets.SnsTopic(topic, message=text)],
    )
    acknowledge(rule, findings.ids(findings.NOTICE_RULE))
    # CDK says it of an imported topic. Whether the topic is in the stack's account and Region is checked before.
    Annotations.of(rule).acknowledge_warning("@aws-cdk/aws-events:ruleUnresolvedEnvironment")
    return rule


class _TextFields(dict[str, str]):
    """The members of the event's `text`, as EventBridge finds them."""

    def __missing__(self, name: str) -> str:
        return events.EventField.from_path(f"$.detail.text.{name}")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
