"""The function of a stack that tells how its runs ended, with its role, its log group and what invokes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from bedrock_batch.statuses import ENDED
from cdk_bedrock_batch._function import code_of, policy, role, stack_part
from cdk_bedrock_batch._iam import OUTCOME_ROLE_PATH, check_inline_policy
from cdk_bedrock_batch._nag import acknowledge, findings, wildcard_ids
from cdk_bedrock_batch._template import StackView, pseudo
from cdk_bedrock_batch.handler import BatchHandler
from cdk_bedrock_batch.monitoring.policy import constant_statements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_sns as sns

    from cdk_bedrock_batch._iam import OutcomeAccess, Statement
    from cdk_bedrock_batch.model import BatchModel
    from cdk_bedrock_batch.monitoring.notices import Notices
    from cdk_bedrock_batch.required_policy import RequiredPolicy

_ID: Final = "BedrockBatchOutcomes"
_PACKAGE: Final = "batch_outcome"
_REASONS: Final = findings.OUTCOME_WILDCARDS
# Of a template: function, its retry settings, role, log group, two rules and their permissions.
_RESOURCES: Final = 8
_BYTES: Final = 8_000


class OutcomeFunction(Construct):
    """The function that all jobs of a stack with `outcome` or `notify` share. The first of them makes it.

    Two rules invoke it: one for the events of Amazon Bedrock about jobs of this stack, and one every 15 minutes, since
    those events are delivered on a best-effort basis only.
    """

    def __init__(self, scope: Stack) -> None:
        """Create the function of a stack. Callers use `_of_stack`."""
        super().__init__(scope, _ID)
        view = self._view = StackView.of(scope)
        self._accesses: dict[OutcomeAccess, tuple[RequiredPolicy, ...]] = {}
        self._handler = BatchHandler._of_stack(view)
        self._handler._take_room(resources=_RESOURCES, size=_BYTES)
        self._log_group = logs.LogGroup(
            self, "LogGroup", retention=logs.RetentionDays.ONE_YEAR, removal_policy=RemovalPolicy.DESTROY
        )
        acknowledge(self._log_group, findings.ids(findings.OUTCOME_LOG_GROUP))
        self._role = role.make(
            self,
            view,
            path=OUTCOME_ROLE_PATH,
            policy_name="Outcomes",
            description="Tells how the batch inference jobs of one stack ended",
            reasons=findings.ids(findings.OUTCOME_ROLE),
        )
        self._add(constant_statements(), _REASONS["jobs"])
        self._add([policy.log_statement(self._log_group.log_group_arn)], _REASONS["logs"])
        self._function = self._new_function()
        by_end = self._let("ByEnd", self._end_rule())
        # Each job of the stack names what it needs, so that is one resource only.
        self._invoked = self._let("BySchedule", self._schedule())
        self._invoked.node.add_dependency(by_end)
        self._notices: Notices | None = None

    @classmethod
    def _of_stack(cls, view: StackView) -> Self:
        """The function of a stack. The first call creates it."""
        return view.shared(_ID, cls, cls)

    def _allow_objects(self, access: OutcomeAccess) -> tuple[RequiredPolicy, ...]:
        """Allow the function to read what a run of a job left, and to write its marker beside it.

        :return: the bucket and key policies that this stack cannot change.
        :raises ValueError: the function's policy has no room for another place.
        """
        if access not in self._accesses:
            self._add(access.statements(), _REASONS["objects"])
            self._accesses[access] = tuple(access.open_to(self._view, self._role.principal))
        return self._accesses[access]

    def _notify(self, topic: sns.ITopic, model: BatchModel) -> tuple[RequiredPolicy, ...]:
        """Tell a topic of the outcomes of the jobs that name it, and of what no outcome tells.

        :param model: of a job that names the topic.
        :return: the policies of topic and key that this stack cannot change.
        :raises ValueError: Amazon EventBridge cannot send events to the topic.
        """
        if self._notices is None:
            from cdk_bedrock_batch.monitoring.notices import Notices  # noqa: PLC0415 - needs CloudWatch, 0.2 s to import

            self._notices = Notices(self, self._view, self._handler, self._function, self._invoked)
        return self._notices.send(topic, model)

    def _new_function(self) -> lambda_.Function:
        function = lambda_.Function(
            self,
            "Function",
            description="Tells how the Amazon Bedrock batch inference jobs of one stack ended",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"{_PACKAGE}.index.handler",
            environment={"STACK_ID": pseudo.STACK_ID},
            code=code_of(self, _PACKAGE),
            memory_size=256,
            timeout=Duration.minutes(5),
            tracing=lambda_.Tracing.ACTIVE,
            retry_attempts=2,
            log_group=self._log_group,
            role=self._role.for_function,
        )
        acknowledge(function, findings.ids(findings.OUTCOME_FUNCTION))
        # The resource that CDK makes of retry_attempts.
        acknowledge(function.node.find_child("EventInvokeConfig"), findings.ids(findings.OUTCOME_INVOKE_CONFIG))
        return function

    def _end_rule(self) -> events.CfnRule:
        # The names of all jobs of a stack have the same part. The function reads whose job it is.
        names = {"wildcard": f"*-{stack_part(self._view.stack)}*"}
        return events.CfnRule(
            self,
            "EndRule",
            description="The end of a batch inference job of this stack",
            event_pattern={
                "source": ["aws.bedrock"],
                "detail-type": ["Batch Inference Job State Change"],
                "detail": {"status": sorted(ENDED), "batchJobName": [names]},
            },
            targets=self._as_target,
        )

    def _schedule(self) -> events.CfnRule:
        return events.CfnRule(
            self,
            "Schedule",
            description="Looks for ends whose event was lost, and at how long jobs have been running",
            schedule_expression="rate(15 minutes)",
            targets=self._as_target,
        )

    @property
    def _as_target(self) -> list[events.CfnRule.TargetProperty]:
        return [events.CfnRule.TargetProperty(id="Outcomes", arn=self._function.function_arn)]

    def _let(self, construct_id: str, rule: events.CfnRule) -> lambda_.CfnPermission:
        """Let a rule invoke the function.

        The ids that CDK's own target makes hold the name of the stack, and each job would depend on them.

        :return: the permission, which needs the rule and the function.
        """
        acknowledge(rule, findings.ids(findings.OUTCOME_RULE))
        return lambda_.CfnPermission(
            self,
            construct_id,
            action="lambda:InvokeFunction",
            function_name=self._function.function_arn,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )

    def _add(self, statements: Sequence[Statement], reason: str) -> None:
        new = self._role.policy.add(statements)
        if not new:
            return
        check_inline_policy(
            self._view,
            "the function that tells the outcomes of a stack",
            self._role.policy.statements,
            "put some of the jobs into another stack, or leave output_prefix out",
        )
        if self._role.holder is not None:
            reasons = {each: _REASONS["*"] if each == "*" else reason for each in new}
            acknowledge(self._role.holder, wildcard_ids(self._view, reasons))
