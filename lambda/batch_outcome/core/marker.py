"""The marker of a told end: `<output URI>/<job id>/outcome.json`. It is the detail of the event.

While something is still to be done it also has the member `pending`.
"""

import json
from collections.abc import Mapping, Set
from enum import StrEnum
from typing import Any, Final

from bedrock_batch.job import Job
from bedrock_batch.manifest import folder_of
from bedrock_batch.s3_object import S3Object

_NAME: Final = "outcome.json"
_PENDING: Final = "pending"


class Step(StrEnum):
    """What is done for an end. The marker comes after both."""

    METRICS = "metrics"
    EVENT = "event"


ALL_STEPS: Final = frozenset(Step)


def marker_place(job: Job) -> S3Object:
    """The place of a job's marker, beside its manifest."""
    return folder_of(job.output_uri, job.id).below(_NAME)


def marker_of(detail: Mapping[str, Any], pending: Set[Step] = frozenset()) -> bytes:
    """The content of a marker. `pending` are the steps that are still to be done."""
    content = dict(detail) | ({_PENDING: sorted(pending)} if pending else {})
    return json.dumps(content, indent=2, sort_keys=True).encode() + b"\n"


def pending_in(marker: Mapping[str, Any] | None) -> frozenset[Step]:
    """The steps that are still to be done by a marker. `None`: there is no marker that can be read."""
    if marker is None:
        return ALL_STEPS
    pending = marker.get(_PENDING)
    return frozenset(step for step in Step if step in pending) if isinstance(pending, list) else frozenset()
