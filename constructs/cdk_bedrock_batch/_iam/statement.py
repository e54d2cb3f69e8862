"""Policy statements as plain documents. They may contain CDK's tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Statement = dict[str, Any]
Conditions = dict[str, dict[str, Any]]


def allow(
    actions: Iterable[str],
    resources: Iterable[str],
    conditions: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    principal: Mapping[str, str] | None = None,
) -> Statement:
    """Return a statement that allows actions on resources.

    :param principal: who is allowed; None for the policy of a role, which has no principal.
    """
    return {
        "Effect": "Allow",
        **({"Principal": dict(principal)} if principal else {}),
        "Action": one_or_all([*actions]),
        "Resource": one_or_all([*resources]),
        **({"Condition": {operator: dict(keys) for operator, keys in conditions.items()}} if conditions else {}),
    }


def resources_of(statement: Statement) -> list[str]:
    """The resources of a statement, one or many."""
    resource = statement["Resource"]
    return [resource] if isinstance(resource, str) else resource


def actions_of(statement: Statement) -> list[str]:
    """The actions of a statement, one or many."""
    action = statement["Action"]
    return [action] if isinstance(action, str) else action


def one_or_all(values: list[str]) -> str | list[str]:
    """A single value instead of a list of one, as CDK writes policies."""
    return values[0] if len(values) == 1 else values
