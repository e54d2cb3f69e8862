"""How an alarm is made, and the alarms that a stack has once for all its jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict

from aws_cdk import Duration

from bedrock_batch import limits
from bedrock_batch.outcome.names import OutcomeMetric
from cdk_bedrock_batch._checks import check_text
from cdk_bedrock_batch._template import StackView
from cdk_bedrock_batch.monitoring.metrics import BedrockMetric, bedrock_metric, model_of, stack_metric

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_lambda as lambda_
    from constructs import Construct

    from cdk_bedrock_batch.model import BatchModel

LATE_PERCENT: Final = 75
"""Of its timeout: a run that is live for longer is late."""
# Two looks of the schedule, so that no period is without data while a job is live.
LATE_PERIOD_MINUTES: Final = 30
_LOOK_MINUTES: Final = 15
_STUCK_HOURS: Final = 6
_DAY_MINUTES: Final = 24 * 60
# Tokens that are not counted yet were not missed: only a whole row of such periods is an alarm.
_STUCK: Final = "IF(FILL(pending, 0) > 0 AND FILL(tokens, 0) <= 0, 1, 0)"


class AlarmOptions(TypedDict, total=False):
    """The options of an alarm that a user may give, as those of `aws_cloudwatch.AlarmProps`."""

    actions_enabled: bool | None
    alarm_description: str | None
    alarm_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlarm:
    """An alarm to be made. One period decides, unless it says otherwise."""

    metric: cloudwatch.IMetric
    description: str
    """What has happened, and what to do next."""
    threshold: float = 1
    breaches_at_threshold: bool = True
    """False: a value must be above it."""
    keeps_state: bool = False
    """Whether the alarm stays as it is without data. Otherwise it does not breach."""
    periods: int = 1
    breaching_periods: int | None = None
    """How many of them must breach; None: all."""

    def make(self, scope: Construct, construct_id: str, options: AlarmOptions | None = None) -> cloudwatch.Alarm:
        """Make it."""
        from aws_cdk import aws_cloudwatch as cloudwatch  # noqa: PLC0415 - 0.2 s to import

        compare, missing = cloudwatch.ComparisonOperator, cloudwatch.TreatMissingData
        # The path of a construct may be long.
        description = self.description[: limits.ALARM_DESCRIPTION_LENGTH]
        given: AlarmOptions = {"alarm_description": description, **(options or {})}
        return cloudwatch.Alarm(
            scope,
            construct_id,
            metric=self.metric,
            threshold=self.threshold,
            comparison_operator=compare.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
            if self.breaches_at_threshold
            else compare.GREATER_THAN_THRESHOLD,
            treat_missing_data=missing.IGNORE if self.keeps_state else missing.NOT_BREACHING,
            evaluation_periods=self.periods,
            datapoints_to_alarm=self.breaching_periods,
            **given,
        )


def late_alarm(scope: Construct, construct_id: str) -> cloudwatch.Alarm:
    """Alarm when three quarters of the timeout of any live run of the stack have passed.

    Missing data does not breach: a stack without live runs has none.
    """
    stack = StackView.around(scope).name
    period = Duration.minutes(LATE_PERIOD_MINUTES)
    return NewAlarm(
        metric=stack_metric(scope, OutcomeMetric.TIMEOUT_USED, {"period": period}),
        threshold=LATE_PERCENT,
        description=f"A run of the stack {stack} has used {LATE_PERCENT} % of its timeout. See which, and how far it "
        f"is: bedrock-batch status {stack}",
    ).make(scope, construct_id)


def stuck_alarm(
    scope: Construct,
    construct_id: str,
    model: BatchModel,
    *,
    after: Duration | None = None,
    model_dimension: str | None = None,
) -> cloudwatch.Alarm:
    """Alarm when records of a model are pending in the account and none of their tokens are processed.

    :raises ValueError: as `stuck`.
    """
    return stuck(scope, model, after, model_dimension).make(scope, construct_id)


def function_errors_alarm(scope: Construct, construct_id: str, function: lambda_.IFunction) -> cloudwatch.Alarm:
    """Alarm when the function that tells the outcomes fails for most of an hour.

    Its schedule repeats what failed every 15 minutes, so one failure is not worth an alarm. Missing data does not
    breach: a new function has none.
    """
    stack = StackView.around(scope).name
    return NewAlarm(
        metric=function.metric_errors(statistic="Maximum", period=Duration.minutes(_LOOK_MINUTES)),
        periods=4,
        breaching_periods=3,
        description=f"The function {function.function_name} cannot tell how runs of the stack {stack} went. See its "
        f"log, and the runs: bedrock-batch status {stack}",
    ).make(scope, construct_id)


def stuck(scope: Construct, model: BatchModel, after: Duration | None, model_dimension: str | None) -> NewAlarm:
    """An alarm for a model that is stuck.

    A period without tokens counts as one in which none were processed. A period without pending records breaches
    nothing, and neither does missing data: where nothing waits, nothing is stuck.

    :raises ValueError: `after` is not 15 minutes to 24 hours in steps of 15 minutes, or `model_dimension` cannot be the
        value of a dimension.
    """
    from aws_cdk import aws_cloudwatch as cloudwatch  # noqa: PLC0415 - 0.2 s to import

    looks = _STUCK_HOURS * 60 // _LOOK_MINUTES if after is None else _looks(after)
    if model_dimension is not None:
        allowed = "1 to 255 letters, digits and ._:/- characters"
        check_text("model_dimension", model_dimension, limits.MODEL_DIMENSION, allowed)
    dimension = model_of(model) if model_dimension is None else model_dimension
    period = Duration.minutes(_LOOK_MINUTES)
    pending, tokens = (
        bedrock_metric(each, scope, dimension, {"period": period})
        for each in (BedrockMetric.RECORDS_PENDING, BedrockMetric.INPUT_TOKENS_PER_MINUTE)
    )
    return NewAlarm(
        metric=cloudwatch.MathExpression(
            expression=_STUCK, using_metrics={"pending": pending, "tokens": tokens}, period=period, label="stuck"
        ),
        periods=looks,
        description=f"Batch records of {dimension} have waited for {looks * _LOOK_MINUTES / 60:g} hours, and Amazon "
        "Bedrock processes none. See the AWS Health Dashboard and the quotas of the model, and the runs: bedrock-batch "
        f"status {StackView.around(scope).name}",
    )


def _looks(after: Duration) -> int:
    if after.is_unresolved():
        raise ValueError("after must not be a token")
    looks, rest = divmod(after.to_milliseconds(), _LOOK_MINUTES * 60_000)
    # CloudWatch evaluates one day at most with periods below one hour.
    if rest or not 1 <= looks <= _DAY_MINUTES // _LOOK_MINUTES:
        raise ValueError(
            f"after must be between {_LOOK_MINUTES} minutes and 24 hours, in steps of {_LOOK_MINUTES} minutes, got "
            f"{after.to_human_string()}"
        )
    return int(looks)
