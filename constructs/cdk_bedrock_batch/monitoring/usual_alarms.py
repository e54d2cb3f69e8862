"""The alarms that `notify` makes: of what no outcome tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from bedrock_batch.outcome import names

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from constructs import Construct

    from cdk_bedrock_batch.model import BatchModel

_LATE_PERCENT: Final = 75


def late_alarm(scope: Construct, construct_id: str) -> cloudwatch.Alarm:
    """An alarm that a job of the stack has used three quarters of its timeout."""
    used = cloudwatch.Metric(
        namespace=names.NAMESPACE,
        metric_name=names.OutcomeMetric.TIMEOUT_USED,
        dimensions_map={names.STACK_NAME: Aws.STACK_NAME},
        statistic=cloudwatch.Stats.MAXIMUM,
        period=Duration.hours(1),
    )
    return _alarm(
        scope,
        construct_id,
        used,
        _LATE_PERCENT,
        f"A batch inference job of the stack has used {_LATE_PERCENT} % of its timeout and has not ended",
    )


def function_errors_alarm(scope: Construct, construct_id: str, function: lambda_.IFunction) -> cloudwatch.Alarm:
    """An alarm that the function that tells outcomes has failed."""
    return _alarm(
        scope,
        construct_id,
        function.metric_errors(period=Duration.minutes(15)),
        1,
        "The function that tells the outcomes of batch inference jobs has failed; its log says why",
    )


def stuck_alarm(scope: Construct, construct_id: str, model: BatchModel) -> cloudwatch.Alarm:
    """An alarm that records of a model wait, and no token was processed for an hour."""
    pending, tokens = (
        cloudwatch.Metric(
            namespace="AWS/Bedrock/Batch",
            metric_name=name,
            dimensions_map={"ModelId": model.model_id},
            statistic=cloudwatch.Stats.MAXIMUM,
            period=Duration.hours(1),
        )
        for name in ("NumberOfRecordsPendingProcessing", "NumberOfInputTokensProcessedPerMinute")
    )
    stuck = cloudwatch.MathExpression(
        expression="IF(pending > 0 AND FILL(tokens, 0) == 0, 1, 0)",
        using_metrics={"pending": pending, "tokens": tokens},
        label="Records wait and no token is processed",
        period=Duration.hours(1),
    )
    return _alarm(scope, construct_id, stuck, 1, "Records of batch inference jobs wait, and no token is processed")


def _alarm(
    scope: Construct, construct_id: str, metric: cloudwatch.IMetric, threshold: float, description: str
) -> cloudwatch.Alarm:
    return cloudwatch.Alarm(
        scope,
        construct_id,
        metric=metric,
        threshold=threshold,
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description=description,
    )
