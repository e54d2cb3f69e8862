"""Condition keys of PutMetricData and PutEvents. MiniStack does not know them, so a policy with one allows nothing.

``cloudwatch:namespace``; ``events:source`` and ``events:detail-type`` of each entry: all entries must be allowed, each
on its own bus.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core import iam_actions
from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import get_account_id

_context = iam_actions.request_tag_context
_bus_arns = iam_actions.eventbridge_resource_arns

# Between the two corrections: the entries of the request. No policy can name this key.
_ENTRIES = " entries"


def install() -> None:
    """Add them to MiniStack's decisions, once per process."""
    iam_actions.request_tag_context = _request_context
    iam_actions.eventbridge_resource_arns = _first_bus_arn
    # The rights on keys of S3 are a correction of the same decision.
    evaluator.enforce = _each_entry(evaluator.enforce)


def _request_context(service: str, iam_action: str, body: bytes, parameters: Mapping[str, Any]) -> dict[str, Any]:
    context: dict[str, Any] = _context(service, iam_action, body, parameters)
    if iam_action == "cloudwatch:PutMetricData":
        namespace = _members(body).get("Namespace", parameters.get("Namespace"))
        context["cloudwatch:namespace"] = namespace[0] if isinstance(namespace, list) else namespace
    elif iam_action == "events:PutEvents":
        entries = _members(body).get("Entries")
        context[_ENTRIES] = [entry for entry in entries if isinstance(entry, dict)] if entries else []
    return context


def _first_bus_arn(body: bytes, region: str, account: str) -> list[str]:
    """MiniStack checks further buses without the keys of their entries. All were checked with the first one."""
    arns: list[str] = _bus_arns(body, region, account)
    return arns[:1]


def _each_entry(enforce: Callable[..., Any]) -> Callable[..., Any]:
    """A decision that is made for each entry of a request, where it has any."""

    def checked(  # noqa: PLR0917  (MiniStack's signature)
        access_key: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: Mapping[str, Any] | None = None,
    ) -> Any:
        keys = dict(service_context or {})
        entries = keys.pop(_ENTRIES, None)
        if not entries:
            return enforce(access_key, iam_action, service, region, resource_arn, keys)
        for entry in entries:
            of_entry = keys | {"events:source": entry.get("Source"), "events:detail-type": entry.get("DetailType")}
            bus = _bus_arns(json.dumps({"Entries": [entry]}).encode(), region, get_account_id())
            if denied := enforce(access_key, iam_action, service, region, bus[0], of_entry):
                return denied
        return None

    return checked


def _members(body: bytes) -> dict[str, Any]:
    try:
        members = json.loads(body or b"{}")
    except ValueError:
        return {}
    return members if isinstance(members, dict) else {}
