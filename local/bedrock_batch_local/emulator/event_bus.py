"""The default event bus of an account and Region."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import eventbridge


def put(
    account: str,
    region: str,
    *,
    source: str,
    detail_type: str,
    detail: Mapping[str, Any],
    resources: Sequence[str],
) -> None:
    """Put an event of an AWS service on the bus. The targets of its rules are called before this returns."""
    entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail), "Resources": list(resources)}
    with request_scope(account, region):
        # PutEvents over HTTP refuses AWS as a source. MiniStack's own services send events this way.
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
