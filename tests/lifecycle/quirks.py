"""Answers to what AWS does not document; the model can give each of them."""

from collections.abc import Callable
from dataclasses import dataclass

from bedrock_batch_local.engine import quirks
from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.clock import ManualClock
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.pacing import Pacing
from bedrock_batch_local.engine.workload import GivenWorkload

_UNKNOWN_RIGHTS = GivenWorkload(validation_failure="Could not validate ListBucket permissions for S3URI s3://prompts/")


class NewRights:
    """Lets the first validations of each resource's jobs fail, so many of them."""

    def __init__(self, failures: int) -> None:
        self._failures = failures
        self._validated: dict[str, list[str]] = {}

    def __call__(self, job: Job) -> GivenWorkload | None:
        """What stands for the work of a job, `None` for the usual."""
        validated = self._validated.setdefault(job.name.rsplit("-", 2)[0], [])
        if job.arn not in validated:
            validated.append(job.arn)
        return _UNKNOWN_RIGHTS if job.arn in validated[: self._failures] else None


@dataclass(frozen=True, kw_only=True)
class Quirks(quirks.Quirks):
    """One world of those that AWS may be: Bedrock's quirks, and those of what is around it.

    `stopping_seconds` is how long a job stays in Stopping, `max_event_age_seconds` after how long Lambda drops an event
    that it could not deliver (`None`: only after its own six hours). `role_checked_late` lets Bedrock accept a job
    whose role it cannot assume, and fail it in Validating. `unknown_rights` is how many of the first validations of a
    resource's jobs fail for rights that are not known everywhere. A rollback Update shows what was attempted as its old
    properties, or, without `rollback_shows_attempt`, what it goes back to unless the attempt was answered. With
    `rollback_is_an_update` it moves the stack's LastUpdatedTime; with `rollback_hears_late_answer` it carries the id of
    an answer that came after the update was cancelled. With rollback disabled, `deletes_failed_attempts` lets
    CloudFormation delete the id of a failed attempt once a later one has succeeded. `seconds_between_operations` pass
    between the end of one operation and the begin of the next.
    """

    stopping_seconds: float = 60.0
    unknown_rights: int = 0
    role_checked_late: bool = False
    cleanup_has_old_properties: bool = True
    rollback_shows_attempt: bool = True
    rollback_hears_late_answer: bool = False
    rollback_is_an_update: bool = False
    retry_signs_anew: bool = True
    deletes_failed_attempts: bool = False
    seconds_between_operations: float = 10.0
    response_host: str = "s3.us-east-1.amazonaws.com"
    max_event_age_seconds: float | None = 960.0

    @property
    def bedrock(self) -> quirks.Quirks:
        """The part that the batch service takes."""
        return self

    def engine(self, clock: ManualClock, new_job_id: Callable[[], str]) -> BatchEngine:
        """The batch service of this world; a job that nobody stops runs for nearly three hours."""
        return BatchEngine(
            clock,
            GivenWorkload(records=5000, of=NewRights(self.unknown_rights)),
            pacing=Pacing(stopping=self.stopping_seconds),
            new_job_id=new_job_id,
            quirks=self.bedrock,
        )
