"""Data points that AWS services put into CloudWatch."""

from __future__ import annotations

from collections.abc import Mapping

from ministack.core.responses import request_scope
from ministack.services import cloudwatch


def put(
    account: str,
    region: str,
    *,
    namespace: str,
    values: Mapping[str, float],
    dimensions: Mapping[str, str],
    time: float,
) -> None:
    """One data point for each metric, at ``time`` in seconds since the epoch."""
    with request_scope(account, region):
        key = cloudwatch._dims_key(dict(dimensions))
        for name, value in values.items():
            point = {"Timestamp": time, "Value": value, "Unit": "Count", "Dimensions": dict(dimensions)}
            cloudwatch._metric_bucket((namespace, name, key)).append(point)
