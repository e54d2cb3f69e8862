"""Answers to what AWS does not document; the model can give each of them."""

from collections.abc import Callable
from dataclasses import dataclass

from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.clock import ManualClock
from bedrock_batch_local.engine.pacing import Pacing
from bedrock_batch_local.engine.workload import GivenWorkload


@dataclass(frozen=True)
class Quirks:
    """One world of those that AWS may be.

    `retention_seconds` is how long an ended job is known (`None`: for ever), `max_event_age_seconds` after how long
    Lambda drops an event that it could not deliver (`None`: only after its own six hours). `role_checked_late` lets
    Bedrock accept a job whose role it cannot assume, and fail it in Validating. A rollback Update shows what was
    attempted as its old properties, or, without `rollback_shows_attempt`, what it goes back to unless the attempt was
    answered. With `rollback_is_an_update` it moves the stack's LastUpdatedTime; with `rollback_hears_late_answer` it
    carries the id of an answer that came after the update was cancelled.
    """

    token_memory_seconds: float = 86_400.0
    get_lag_seconds: float = 0.0
    list_lag_seconds: float = 0.0
    shows_token: bool = True
    replays_arn: bool = True
    changed_token_error: str | None = None
    frees_ended_names: bool = False
    ended_stop_error: str = "ValidationException"
    ended_refuses_tags: bool = False
    stopping_seconds: float = 60.0
    retention_seconds: float | None = None
    role_checked_late: bool = False
    cleanup_has_old_properties: bool = True
    rollback_shows_attempt: bool = True
    rollback_hears_late_answer: bool = False
    rollback_is_an_update: bool = False
    retry_signs_anew: bool = True
    response_host: str = "s3.us-east-1.amazonaws.com"
    max_event_age_seconds: float | None = 960.0

    def engine(self, clock: ManualClock, new_job_id: Callable[[], str]) -> BatchEngine:
        """The batch service of this world; a job that nobody stops runs for nearly three hours."""
        return BatchEngine(
            clock,
            GivenWorkload(records=5000),
            pacing=Pacing(stopping=self.stopping_seconds),
            token_memory_seconds=self.token_memory_seconds,
            retention_seconds=self.retention_seconds,
            get_lag_seconds=self.get_lag_seconds,
            list_lag_seconds=self.list_lag_seconds,
            shows_token=self.shows_token,
            replays_arn=self.replays_arn,
            changed_token_error=self.changed_token_error,
            frees_ended_names=self.frees_ended_names,
            ended_stop_error=self.ended_stop_error,
            ended_refuses_tags=self.ended_refuses_tags,
            new_job_id=new_job_id,
        )
