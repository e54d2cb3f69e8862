"""Whether a dashboard fits the limits of Amazon CloudWatch and of a template."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import jsii
from constructs import IValidation

from bedrock_batch import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_cdk import Stack
    from aws_cdk import aws_cloudwatch as cloudwatch

# Stands for a value that only the deployment knows.
_VALUE: Final = "x" * 60


@jsii.implements(IValidation)
class DashboardSize:
    """Fails the synthesis for a dashboard that CloudWatch would refuse. Widgets that were added later count, too."""

    def __init__(self, stack: Stack, dashboard: cloudwatch.CfnDashboard) -> None:
        """Keep the dashboard of a stack until synthesis."""
        self._stack, self._dashboard = stack, dashboard

    def validate(self) -> list[str]:
        """The text of each error."""
        match self._stack.resolve(self._dashboard.dashboard_body):
            case {"Fn::Join": [_, list(parts)]}:
                return list(faults("".join(part if isinstance(part, str) else _VALUE for part in parts)))
            case body:
                return list(faults(body))


def faults(body: str) -> Iterator[str]:
    """What is too large in the JSON of a dashboard."""
    widgets: list[dict[str, Any]] = json.loads(body)["widgets"]
    metrics = [len(widget["properties"].get("metrics", ())) for widget in widgets]
    for count, most, what in (
        (len(widgets), limits.DASHBOARD_WIDGETS, "widgets"),
        (sum(metrics), limits.DASHBOARD_METRICS, "metrics"),
        (max(metrics, default=0), limits.GRAPH_METRICS, "metrics in one graph"),
        (len(body.encode()), limits.DASHBOARD_BYTES, "bytes"),
    ):
        if count > most:
            yield f"a dashboard may have {most:,} {what}, got {count:,}; put some of the jobs into another dashboard"
