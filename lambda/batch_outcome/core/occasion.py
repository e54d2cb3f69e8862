"""The event that EventBridge sends, parsed once, at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from batch_outcome.core.errors import MalformedEventError
from bedrock_batch.run.identity import JOB_ARN
from bedrock_batch.statuses import ENDED

# Amazon Bedrock User Guide, "Monitor job status with EventBridge".
_BEDROCK: Final = ("aws.bedrock", "Batch Inference Job State Change")
# Amazon EventBridge User Guide, "Creating a rule that runs on a schedule".
_SCHEDULE: Final = ("aws.events", "Scheduled Event")
# A look reckons some days back from its moment.
_ROOM: Final = timedelta(days=366)


@dataclass(frozen=True)
class End:
    """A job has ended, says Bedrock. Texts are empty if the event has none."""

    job_arn: str
    job_name: str
    status: str
    model_arn: str
    message: str


@dataclass(frozen=True)
class Look:
    """The schedule asks to look at all jobs. `at` is the moment that it was due."""

    at: datetime


def occasion_of(raw: Any) -> End | Look:
    """What an event asks for.

    :raises MalformedEventError: neither of both. The text contains no value.
    """
    if not isinstance(raw, Mapping):
        raise MalformedEventError("the event is not an object")
    kind = (raw.get("source"), raw.get("detail-type"))
    if kind == _BEDROCK:
        return _end(raw.get("detail"))
    if kind == _SCHEDULE:
        return Look(_moment(raw.get("time")))
    raise MalformedEventError("source and detail-type are of no event that this function is for")


def _end(detail: Any) -> End:
    if not isinstance(detail, Mapping):
        raise MalformedEventError("detail is not an object")
    job_arn, name, status, model, message = (
        str(detail.get(member) or "")
        for member in ("batchJobArn", "batchJobName", "status", "batchModelId", "failureMessage")
    )
    if not JOB_ARN.fullmatch(job_arn):
        raise MalformedEventError("batchJobArn is not the ARN of a job")
    if status not in ENDED:
        raise MalformedEventError("status is none of those in which a job has ended")
    return End(job_arn, name, status, model, message)


def _moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        _ = moment - _ROOM, moment + _ROOM
    except (TypeError, ValueError, OverflowError):
        raise MalformedEventError("time is not a moment") from None
    return moment
