"""The metrics of a job: those that Amazon Bedrock has for its model, and those of its outcomes."""

from __future__ import annotations

from abc import abstractmethod
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol, TypedDict, Unpack

from bedrock_batch.outcome.names import LOGICAL_ID, NAMESPACE, STACK_NAME, OutcomeMetric
from cdk_bedrock_batch._checks import checked
from cdk_bedrock_batch._template import StackView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import CfnResource, Duration
    from aws_cdk import aws_cloudwatch as cloudwatch
    from constructs import IConstruct

    from cdk_bedrock_batch.model import BatchModel

BEDROCK_NAMESPACE: Final = "AWS/Bedrock/Batch"
MODEL_ID: Final = "ModelId"
# A repeated data point changes no maximum, and an outcome may be told twice.
_STATISTIC: Final = "Maximum"


class BedrockMetric(StrEnum):
    """The metrics in `AWS/Bedrock/Batch`. Amazon Bedrock has them for each model, for all jobs of an account.

    Source: AWS Machine Learning Blog, "Monitor Amazon Bedrock batch inference using Amazon CloudWatch metrics".
    """

    RECORDS_PENDING = "NumberOfRecordsPendingProcessing"
    INPUT_TOKENS_PER_MINUTE = "NumberOfInputTokensProcessedPerMinute"
    OUTPUT_TOKENS_PER_MINUTE = "NumberOfOutputTokensProcessedPerMinute"
    """Unconfirmed: AWS describes the metric, this is what its name must be like."""
    TOKENS_PENDING = "NumberOfTokensPendingProcessing"
    """Unconfirmed, as above. Models of Anthropic only."""


class MetricOptions(TypedDict, total=False):
    """The options of a metric, as those of CDK's own `metric_*` methods (`aws_cloudwatch.MetricOptions`)."""

    account: str | None
    color: str | None
    dimensions_map: Mapping[str, str] | None
    id: str | None
    label: str | None
    period: Duration | None
    region: str | None
    stack_account: str | None
    stack_region: str | None
    statistic: str | None
    unit: cloudwatch.Unit | None
    visible: bool | None


class Limited(Protocol):
    """What is read of a job's `Outcome`."""

    @property
    def max_error_rate(self) -> float:
        """The part of the records that may have an error, 0 to 1."""


class JobMetrics:
    """The metrics of a declared job. The default period is 5 minutes, the default statistic the maximum.

    Metrics of the model count all jobs of the account that run it. Metrics of outcomes count the runs of this job.
    """

    _resource: CfnResource
    _model: BatchModel

    @property
    @abstractmethod
    def _outcome(self) -> Limited | None:
        """The `outcome` of the job; None without."""

    @checked
    def metric_records_pending(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Records that wait to be processed, in all jobs of the account with this model."""
        return bedrock_metric(BedrockMetric.RECORDS_PENDING, self._resource, model_of(self._model), options)

    @checked
    def metric_input_tokens_per_minute(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Input tokens that Amazon Bedrock processes in a minute, in all jobs of the account with this model."""
        return bedrock_metric(BedrockMetric.INPUT_TOKENS_PER_MINUTE, self._resource, model_of(self._model), options)

    @checked
    def metric_output_tokens_per_minute(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Output tokens that Amazon Bedrock makes in a minute, in all jobs of the account with this model.

        Unconfirmed: AWS describes the metric, and no page that we read spells its name.
        """
        return bedrock_metric(BedrockMetric.OUTPUT_TOKENS_PER_MINUTE, self._resource, model_of(self._model), options)

    @checked
    def metric_tokens_pending(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """Tokens that wait to be processed, in all jobs of the account with this model. Models of Anthropic only.

        Unconfirmed: AWS describes the metric, and no page that we read spells its name.
        """
        return bedrock_metric(BedrockMetric.TOKENS_PENDING, self._resource, model_of(self._model), options)

    @checked
    def metric_failed_jobs(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """At each end of a run: 1 if its outcome is failed or expired, else 0.

        :raises ValueError: the job has no `outcome`.
        """
        return self._outcome_metric(OutcomeMetric.FAILED_JOBS, options)

    @checked
    def metric_degraded_jobs(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """At each end of a run: 1 if its outcome is degraded, else 0.

        :raises ValueError: the job has no `outcome`.
        """
        return self._outcome_metric(OutcomeMetric.DEGRADED_JOBS, options)

    @checked
    def metric_error_rate(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """At each end of a run whose counts are known: percent of the records that have an error, 0 to 100.

        :raises ValueError: the job has no `outcome`.
        """
        return self._outcome_metric(OutcomeMetric.ERROR_RATE, options)

    @checked
    def metric_missing_records(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """At each end of a run whose counts are known: records without any output.

        :raises ValueError: the job has no `outcome`.
        """
        return self._outcome_metric(OutcomeMetric.MISSING_RECORDS, options)

    @checked
    def metric_input_tokens(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """At each end of a run whose tokens are known: its input tokens.

        :raises ValueError: the job has no `outcome`.
        """
        return self._outcome_metric(OutcomeMetric.INPUT_TOKENS, options)

    @checked
    def metric_output_tokens(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """At each end of a run whose tokens are known: its output tokens.

        :raises ValueError: the job has no `outcome`.
        """
        return self._outcome_metric(OutcomeMetric.OUTPUT_TOKENS, options)

    @checked
    def metric_duration(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """At each end of a run whose times are known: seconds from its submission to its end.

        :raises ValueError: the job has no `outcome`.
        """
        return self._outcome_metric(OutcomeMetric.DURATION, options)

    @checked
    def metric_hours_since_submission(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """While a run is live, every 15 minutes: hours since its submission.

        :raises ValueError: the job has no `outcome`.
        """
        return self._outcome_metric(OutcomeMetric.HOURS_SINCE_SUBMISSION, options)

    @checked
    def metric_timeout_used(self, **options: Unpack[MetricOptions]) -> cloudwatch.Metric:
        """While a run is live, every 15 minutes: percent of its timeout that has passed.

        :raises ValueError: the job has no `outcome`.
        """
        return self._outcome_metric(OutcomeMetric.TIMEOUT_USED, options)

    def _outcome_metric(self, metric: OutcomeMetric, options: MetricOptions) -> cloudwatch.Metric:
        if self._outcome is None:
            raise ValueError(
                "the job needs outcome=Outcome() or notify=: only then a function of the stack counts its records, and "
                f"there is the metric {metric}"
            )
        view = StackView.around(self._resource)
        dimensions = {STACK_NAME: view.name, LOGICAL_ID: self._resource.logical_id}
        return _metric(view, NAMESPACE, metric, dimensions, options)


def stack_metric(scope: IConstruct, metric: OutcomeMetric, options: MetricOptions) -> cloudwatch.Metric:
    """A metric of all jobs of the stack around a construct."""
    view = StackView.around(scope)
    return _metric(view, NAMESPACE, metric, {STACK_NAME: view.name}, options)


def bedrock_metric(
    metric: BedrockMetric, scope: IConstruct, model_dimension: str, options: MetricOptions
) -> cloudwatch.Metric:
    """A metric that Amazon Bedrock has for a model, in the account and Region of the stack around a construct.

    :param model_dimension: as `model_of` makes it.
    """
    return _metric(StackView.around(scope), BEDROCK_NAMESPACE, metric, {MODEL_ID: model_dimension}, options)


def model_of(model: BatchModel) -> str:
    """The value of the dimension `ModelId` for a model: its id, or the part of its ARN that is the id.

    Unconfirmed: AWS does not say whether it is an id or an ARN. A token is taken as it is.
    """
    text = model._model_id
    return text.partition("/")[2] if text.startswith("arn:") else text


def _metric(
    view: StackView, namespace: str, name: str, dimensions: dict[str, str], options: MetricOptions
) -> cloudwatch.Metric:
    from aws_cdk import aws_cloudwatch as cloudwatch  # noqa: PLC0415 - 0.2 s to import

    defaults: MetricOptions = {
        "statistic": _STATISTIC,
        "dimensions_map": dimensions,
        # In a dashboard or an alarm of another account or Region, CDK writes these down.
        "stack_account": view.known("AWS::AccountId"),
        "stack_region": view.known("AWS::Region"),
    }
    given: MetricOptions = {**defaults, **options}
    return cloudwatch.Metric(namespace=namespace, metric_name=name, **given)
