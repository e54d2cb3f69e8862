"""``PermissionsBoundary`` of ``AWS::IAM::Role``, which MiniStack's CloudFormation ignores.

Without it a role with a boundary would have more rights here than on AWS.
"""

from __future__ import annotations

from typing import Any

from ministack.services import iam
from ministack.services.cloudformation import provisioners

_ROLE = provisioners._RESOURCE_HANDLERS["AWS::IAM::Role"]
_create, _update = _ROLE["create"], _ROLE["update"]


def install() -> None:
    """Add the property to MiniStack's CloudFormation, once per process."""
    _ROLE["create"] = _create_with_boundary
    _ROLE["update"] = _update_with_boundary


def _create_with_boundary(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
    return _bounded(_create(logical_id, properties, stack), properties)


def _update_with_boundary(
    physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str | None = None
) -> Any:
    return _bounded(_update(physical_id, old, new, stack, logical_id), new)


def _bounded(made: Any, properties: dict[str, Any]) -> Any:
    iam._roles[made[0]]["PermissionsBoundary"] = properties.get("PermissionsBoundary")
    return made
