"""The metrics of a job: their names, their dimensions, and what CDK's options do to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, NestedStack, Stack, Token
from aws_cdk import aws_cloudwatch as cloudwatch

from bedrock_batch.outcome.names import OutcomeMetric
from cdk_bedrock_batch import BatchModel, ModelInvocationJob
from cdk_bedrock_batch.monitoring.metrics import BedrockMetric, MetricOptions, model_of

Declare = Callable[..., ModelInvocationJob]
PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcd1234"
CUSTOM = "arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdef123456"
OF_MODELS = {
    "metric_records_pending": BedrockMetric.RECORDS_PENDING,
    "metric_input_tokens_per_minute": BedrockMetric.INPUT_TOKENS_PER_MINUTE,
    "metric_output_tokens_per_minute": BedrockMetric.OUTPUT_TOKENS_PER_MINUTE,
    "metric_tokens_pending": BedrockMetric.TOKENS_PENDING,
}
OF_OUTCOMES = {
    "metric_failed_jobs": OutcomeMetric.FAILED_JOBS,
    "metric_degraded_jobs": OutcomeMetric.DEGRADED_JOBS,
    "metric_error_rate": OutcomeMetric.ERROR_RATE,
    "metric_missing_records": OutcomeMetric.MISSING_RECORDS,
    "metric_input_tokens": OutcomeMetric.INPUT_TOKENS,
    "metric_output_tokens": OutcomeMetric.OUTPUT_TOKENS,
    "metric_duration": OutcomeMetric.DURATION,
    "metric_hours_since_submission": OutcomeMetric.HOURS_SINCE_SUBMISSION,
    "metric_timeout_used": OutcomeMetric.TIMEOUT_USED,
}


def shown(stack: Stack, metric: cloudwatch.Metric) -> dict[str, Any]:
    """A metric as a template has it."""
    found: dict[str, Any] = stack.resolve(
        {"namespace": metric.namespace, "name": metric.metric_name, "dimensions": metric.dimensions}
    )
    return found


def test_every_metric_has_a_method() -> None:
    methods = {name for name in dir(ModelInvocationJob) if name.startswith("metric_")}

    assert methods == OF_MODELS.keys() | OF_OUTCOMES.keys()
    assert set(OF_MODELS.values()) == set(BedrockMetric)
    assert set(OF_OUTCOMES.values()) == set(OutcomeMetric)


@pytest.mark.parametrize("name", OF_MODELS)
def test_a_metric_of_bedrock_is_of_the_model(name: str, stack: Stack, declare: Declare) -> None:
    metric = getattr(declare(), name)()

    assert shown(stack, metric) == {
        "namespace": "AWS/Bedrock/Batch",
        "name": str(OF_MODELS[name]),
        "dimensions": {"ModelId": "amazon.nova-lite-v1:0"},
    }
    assert metric.statistic == "Maximum"


@pytest.mark.parametrize("name", OF_OUTCOMES)
def test_a_metric_of_outcomes_is_of_all_runs_of_the_resource(name: str, stack: Stack, told: Declare) -> None:
    job = told()
    metric = getattr(job, name)()

    assert shown(stack, metric) == {
        "namespace": "BedrockBatch",
        "name": str(OF_OUTCOMES[name]),
        "dimensions": {"StackName": "Stack", "LogicalId": stack.resolve(job._resource.logical_id)},
    }
    assert metric.statistic == "Maximum"


@pytest.mark.parametrize("name", OF_OUTCOMES)
def test_fails_on_a_metric_of_outcomes_without_outcome(name: str, declare: Declare) -> None:
    reason = rf"^the job needs outcome=Outcome\(\) or notify=.* the metric {OF_OUTCOMES[name]}$"
    with pytest.raises(ValueError, match=reason):
        getattr(declare(), name)()


def test_a_job_in_a_nested_stack_has_the_name_of_that_stack(stack: Stack, told: Declare) -> None:
    nested = NestedStack(stack, "Nested")
    metric = told(scope=nested).metric_error_rate()

    assert nested.resolve(metric.dimensions)["StackName"] == {"Ref": "AWS::StackName"}


@pytest.mark.parametrize(
    ("model", "dimension"),
    [
        (BatchModel.from_model_id("us.amazon.nova-lite-v1:0"), "us.amazon.nova-lite-v1:0"),
        (BatchModel.from_model_id("us.deepseek.v3.2"), "us.deepseek.v3.2"),
        (
            BatchModel.from_model_id("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"),
            "amazon.nova-lite-v1:0",
        ),
        (
            BatchModel.from_application_inference_profile(PROFILE, foundation_models=["amazon.nova-lite-v1:0"]),
            "abcd1234",
        ),
        (BatchModel.from_custom_model(CUSTOM), "amazon.nova-lite-v1:0:300k/abcdef123456"),
    ],
)
def test_the_dimension_is_the_part_of_a_model_that_is_its_id(model: BatchModel, dimension: str) -> None:
    assert model_of(model) == dimension


def test_a_token_for_a_model_is_taken_as_it_is() -> None:
    token = Token.as_string({"Ref": "Model"})

    assert model_of(BatchModel.from_foundation_model(token)) == token


def test_the_options_are_those_of_cdk(stack: Stack, declare: Declare) -> None:
    metric = declare().metric_records_pending(
        account="444455556666",
        color="#ff0000",
        dimensions_map={"ModelId": "arn"},
        id="m1",
        label="waiting",
        period=Duration.minutes(1),
        region="eu-west-1",
        statistic="Average",
        unit=cloudwatch.Unit.COUNT,
        visible=True,
    )

    assert shown(stack, metric)["dimensions"] == {"ModelId": "arn"}
    assert (metric.account, metric.color, metric.label) == ("444455556666", "#ff0000", "waiting")
    assert (metric.period.to_seconds(), metric.region, metric.statistic) == (60, "eu-west-1", "Average")
    assert metric.unit is cloudwatch.Unit.COUNT


def test_every_option_of_cdk_is_here() -> None:
    """CDK may get more of them: then they are added."""
    assert set(MetricOptions.__annotations__) == set(cloudwatch.MetricOptions.__init__.__annotations__) - {"return"}
