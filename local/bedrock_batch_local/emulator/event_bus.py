"""The default event bus of an account and Region."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ministack.core.responses import new_uuid, request_scope
from ministack.services import eventbridge


def put(
    account: str,
    region: str,
    *,
    source: str,
    detail_type: str,
    detail: Mapping[str, Any],
    resources: Sequence[str],
    time: float,
    times: int = 1,
) -> None:
    """Put an event of an AWS service on the bus. The targets of its rules are called before this returns.

    ``time`` is the event's own, in seconds since the epoch. The bus delivers it ``times`` times, with the same id.
    """
    # PutEvents refuses AWS as a source, and gives an event the time of its call.
    event = {
        "EventId": new_uuid(),
        "Source": source,
        "DetailType": detail_type,
        "Detail": json.dumps(detail),
        "EventBusName": "default",
        "Time": int(time),
        "Resources": list(resources),
        "Account": account,
        "Region": region,
    }
    with request_scope(account, region):
        eventbridge._events_log_list().append(event)
        for _ in range(times):
            eventbridge._dispatch_event(event)
        eventbridge._archive_event(event)
