"""The Bedrock API as botocore describes it: the only source of shapes, patterns, limits and error codes here.

It also has operations of CloudFormation, S3, EventBridge and CloudWatch, whose callers meet the same faults.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

SERVICE = "bedrock"
_ELSEWHERE = {
    "DescribeStacks": "cloudformation",
    "PutEvents": "events",
    "PutMetricData": "cloudwatch",
    **dict.fromkeys(("CopyObject", "GetObject", "ListObjectsV2", "PutObject"), "s3"),
}


@cache
def _data(name: str) -> Any:
    loader = Loader()
    if name == "partitions":
        return loader.load_data("partitions")
    return loader.load_service_model(name, "service-2")


@cache
def service_model(service: str = SERVICE) -> ServiceModel:
    """Botocore's model of a service (default: the Bedrock control plane)."""
    return ServiceModel(_data(service), service)


def operation(name: str) -> OperationModel:
    """The model of one operation, for instance ``CreateModelInvocationJob``.

    Raises ``OperationNotFoundError`` for a name that the API does not have.
    """
    return service_model(_ELSEWHERE.get(name, SERVICE)).operation_model(name)


@cache
def error_statuses() -> dict[str, int]:
    """HTTP status of every error code that the API declares."""
    return {
        shape.name: int(shape.metadata["error"]["httpStatusCode"])
        for shape in service_model().error_shapes
        if "error" in shape.metadata
    }


@cache
def partition_of(region: str) -> str:
    """The partition a Region belongs to (``aws``, ``aws-cn``, ...); ``ValueError`` if there is none."""
    for partition in _data("partitions")["partitions"]:
        if re.fullmatch(partition["regionRegex"], region):
            return str(partition["id"])
    raise ValueError(f"region must be one of a known partition, got {region!r}")
