"""ListModelInvocationJobs: filters, order and pages over the jobs of one account and Region."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from typing import Any

from bedrock_batch_local.engine import errors
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.quirks import Quirks

# The API names a maximum (1000) and no default.
DEFAULT_PAGE_SIZE = 100
# Before the first job in either order: job numbers start at 1.
_BEFORE_ASCENDING, _BEFORE_DESCENDING = 0, 2**63


def select(jobs: Iterable[Job], params: Mapping[str, Any], quirks: Quirks) -> tuple[list[Job], str | None]:
    """One page of the jobs that pass the filters, and the ``nextToken`` if there are more.

    The quirks may limit the length of a page, or put an empty page before the first.
    """
    descending = params.get("sortOrder", "Descending") == "Descending"
    if quirks.empty_pages and not params.get("nextToken"):
        return [], _token(_BEFORE_DESCENDING if descending else _BEFORE_ASCENDING, params)
    found = sorted((job for job in jobs if _passes(job, params)), key=lambda job: job.sequence, reverse=descending)
    after = _position(params["nextToken"], params) if params.get("nextToken") else None
    if after is not None:
        found = [job for job in found if (job.sequence < after if descending else job.sequence > after)]
    size = params.get("maxResults") or DEFAULT_PAGE_SIZE
    size = min(size, quirks.page_size or size)
    page = found[:size]
    return page, _token(page[-1].sequence, params) if len(found) > size else None


def _passes(job: Job, params: Mapping[str, Any]) -> bool:
    after, before = params.get("submitTimeAfter"), params.get("submitTimeBefore")
    return (
        params.get("statusEquals") in (None, job.status)
        and (params.get("nameContains") or "") in job.name
        and (after is None or job.submitted_wall > after.timestamp())
        and (before is None or job.submitted_wall < before.timestamp())
    )


def _filters(params: Mapping[str, Any]) -> list[str]:
    names = ("statusEquals", "nameContains", "submitTimeAfter", "submitTimeBefore", "sortOrder")
    return [str(params.get(name) or "") for name in names]


def _token(sequence: int, params: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([sequence, _filters(params)]).encode()).decode()


def _position(token: str, params: Mapping[str, Any]) -> int:
    try:
        sequence, filters = json.loads(base64.urlsafe_b64decode(token.encode()))
        position = int(sequence)
    except (ValueError, TypeError, binascii.Error):
        raise errors.validation("The provided pagination token is invalid.") from None
    if filters != _filters(params):
        raise errors.validation("The provided pagination token belongs to a request with other filters.")
    return position
