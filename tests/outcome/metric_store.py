"""Amazon CloudWatch's PutMetricData, answered as boto3 answers it, with the limits that the service enforces."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.validate import ParamValidator

from bedrock_batch_local.engine.api_model import operation
from bedrock_batch_local.engine.client import answered
from bedrock_batch_local.engine.errors import BatchApiError
from bedrock_batch_local.engine.faults import Faults

_PUT = "PutMetricData"
# CloudWatch API Reference, PutMetricData, Dimension and MetricDatum.
_MOST_DATA, _MOST_BYTES, _MOST_DIMENSIONS = 1000, 1024 * 1024, 30
_LONGEST_NAME, _LONGEST_VALUE = 255, 1024
_UNITS = frozenset(operation(_PUT).input_shape.members["MetricData"].member.members["Unit"].enum)


@dataclass
class MetricStore:
    """The metrics of one account. `data` are the accepted data, `(metric, dimensions)` with their values in order."""

    faults: Faults
    wait: Callable[[float], None]
    data: dict[tuple[str, tuple[str, ...]], list[float]] = field(default_factory=dict)
    namespaces: set[str] = field(default_factory=set)
    calls: int = 0

    def put_metric_data(self, **arguments: Any) -> dict[str, Any]:
        """boto3's method."""
        self.calls += 1
        report = ParamValidator().validate(arguments, operation(_PUT).input_shape)
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())
        return answered(_PUT, lambda: self._through(arguments))

    def of(self, metric: str, *dimensions: str) -> list[float]:
        """The values of a metric, by the values of its dimensions."""
        return self.data.get((metric, dimensions), [])

    def _through(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        self.faults.strike(_PUT, "before", self.wait)
        data = arguments["MetricData"]
        if arguments["Namespace"].startswith("AWS/"):
            raise BatchApiError("InvalidParameterValue", "The namespace must not begin with AWS/.")
        if len(data) > _MOST_DATA or len(json.dumps(data)) > _MOST_BYTES:
            raise BatchApiError("InvalidParameterValue", "The request has too many metrics.")
        for datum in data:
            _check(datum)
        self.namespaces.add(arguments["Namespace"])
        for datum in data:
            key = (datum["MetricName"], tuple(each["Value"] for each in datum["Dimensions"]))
            self.data.setdefault(key, []).append(datum["Value"])
        self.faults.strike(_PUT, "after", self.wait)
        return {}


def _check(datum: Mapping[str, Any]) -> None:
    named = {each["Name"]: each["Value"] for each in datum["Dimensions"]}
    texts_fit = all(
        name.isascii()
        and name.strip()
        and len(name) <= _LONGEST_NAME
        and value.isascii()
        and value.strip()
        and len(value) <= _LONGEST_VALUE
        for name, value in named.items()
    )
    fits = texts_fit and len(named) == len(datum["Dimensions"]) <= _MOST_DIMENSIONS
    if not fits or not math.isfinite(datum["Value"]) or datum["Unit"] not in _UNITS:
        raise BatchApiError("InvalidParameterValue", "A datum is not valid.")
