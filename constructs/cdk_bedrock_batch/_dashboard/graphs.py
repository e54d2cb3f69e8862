"""The graphs of a dashboard: of models, and of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from bedrock_batch import limits
from cdk_bedrock_batch._dashboard.pieces import pieces
from cdk_bedrock_batch.monitoring.alarms import LATE_PERCENT
from cdk_bedrock_batch.monitoring.metrics import model_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cdk_bedrock_batch._dashboard.stack_jobs import StackJobs
    from cdk_bedrock_batch._job import DeclaredJob

_WIDTH: Final = 12
_HEIGHT: Final = 6
_LOOK_MINUTES: Final = 15


def graphs(stacks: Sequence[StackJobs]) -> list[list[cloudwatch.IWidget]]:
    """Rows of graphs: what waits and what is processed, by model; how many errors and how late, by job."""
    models = _by_model(stacks)
    told = [job for stack in stacks for job in stack.told]
    labels = _labels(told)
    period = Duration.minutes(_LOOK_MINUTES)
    percent: dict[str, Any] = {"left_y_axis": cloudwatch.YAxisProps(min=0, max=100, label="%", show_units=False)}
    from_zero: dict[str, Any] = {"left_y_axis": cloudwatch.YAxisProps(min=0, show_units=False)}
    late = cloudwatch.HorizontalAnnotation(value=LATE_PERCENT, label="late")
    return [
        *_side_by_side(
            _graphs(
                "Records pending, by model",
                [job.metric_records_pending(label=label, period=period) for label, job in models],
                from_zero,
            ),
            _graphs(
                "Input tokens a minute, by model",
                [job.metric_input_tokens_per_minute(label=label, period=period) for label, job in models],
                from_zero,
            ),
        ),
        *_side_by_side(
            _graphs(
                "Errors of a run at most, in percent of its records",
                [job.metric_error_rate(label=label) for job, label in zip(told, labels, strict=True)],
                {**percent, "view": cloudwatch.GraphWidgetView.BAR, "set_period_to_time_range": True},
            ),
            _graphs(
                "Timeout used by live runs, in percent",
                [job.metric_timeout_used(label=label, period=period) for job, label in zip(told, labels, strict=True)],
                {**percent, "left_annotations": [late]},
            ),
        ),
    ]


def _by_model(stacks: Sequence[StackJobs]) -> list[tuple[str, DeclaredJob]]:
    """A job for each model, account and Region, and the label of its metrics."""
    places = {(stack.view.account, stack.view.region) for stack in stacks}
    found: dict[tuple[str, ...], tuple[str, DeclaredJob]] = {}
    for stack in stacks:
        place = (stack.view.account, stack.view.region)
        for job in stack.jobs:
            model = model_of(job._model)
            label = model if len(places) == 1 else f"{model} {stack.view.region}"
            found.setdefault((*place, model), (label, job))
    return list(found.values())


def _labels(jobs: Sequence[DeclaredJob]) -> list[str]:
    """What each job is called: its id, or its path if another job of the dashboard has the same id."""
    nodes = [job.node for job in jobs]
    ids = [node.id for node in nodes]
    return [node.path if ids.count(name) > 1 else name for name, node in zip(ids, nodes, strict=True)]


def _graphs(title: str, metrics: Sequence[cloudwatch.IMetric], options: dict[str, Any]) -> list[cloudwatch.IWidget]:
    parts = pieces(metrics, limits.GRAPH_METRICS)
    return [
        cloudwatch.GraphWidget(
            title=title if len(parts) == 1 else f"{title} ({number} of {len(parts)})",
            left=part,
            width=_WIDTH,
            height=_HEIGHT,
            **options,
        )
        for number, part in enumerate(parts, 1)
    ]


def _side_by_side(
    left: Sequence[cloudwatch.IWidget], right: Sequence[cloudwatch.IWidget]
) -> list[list[cloudwatch.IWidget]]:
    return [list(pair) for pair in zip(left, right, strict=True)]
