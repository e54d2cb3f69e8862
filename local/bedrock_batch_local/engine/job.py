"""A model invocation job as the engine keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bedrock_batch.statuses import ENDED, JobStatus
from bedrock_batch_local.engine.models import ModelReference
from bedrock_batch_local.engine.scope import Scope
from bedrock_batch_local.engine.work_answers import Progress

# The API does not say what applies without a timeout in the request. 24 hours is its minimum.
DEFAULT_TIMEOUT_HOURS = 24
SECONDS_PER_HOUR = 3600.0


@dataclass
class Job:
    """One job. Times are simulated seconds since the epoch, except ``submitted_wall`` and ``entered_wall``."""

    scope: Scope
    job_id: str
    request: Mapping[str, Any]
    model: ModelReference
    submitted_at: float
    submitted_wall: float
    sequence: int
    tags: dict[str, str] = field(default_factory=dict)
    status: JobStatus = JobStatus.SUBMITTED
    entered_at: float = 0.0
    entered_wall: float = 0.0
    ended_at: float | None = None
    message: str = ""
    total: int = 0
    progress: Progress = field(default_factory=Progress)
    running_since: float | None = None
    late: bool = False

    @property
    def arn(self) -> str:
        return self.scope.job_arn_prefix + self.job_id

    @property
    def name(self) -> str:
        return str(self.request["jobName"])

    @property
    def role_arn(self) -> str:
        return str(self.request["roleArn"])

    @property
    def token(self) -> str | None:
        return self.request.get("clientRequestToken")

    @property
    def converse(self) -> bool:
        return self.request.get("modelInvocationType") == "Converse"

    @property
    def input(self) -> Mapping[str, Any]:
        """``s3InputDataConfig`` of the request: ``s3Uri`` and, if given, ``s3BucketOwner``."""
        config: Mapping[str, Any] = self.request["inputDataConfig"]["s3InputDataConfig"]
        return config

    @property
    def output(self) -> Mapping[str, Any]:
        """``s3OutputDataConfig`` of the request: ``s3Uri``; if given, ``s3EncryptionKeyId`` and ``s3BucketOwner``."""
        config: Mapping[str, Any] = self.request["outputDataConfig"]["s3OutputDataConfig"]
        return config

    @property
    def timeout_hours(self) -> int:
        return int(self.request.get("timeoutDurationInHours") or DEFAULT_TIMEOUT_HOURS)

    @property
    def deadline(self) -> float:
        return self.submitted_at + self.timeout_hours * SECONDS_PER_HOUR

    @property
    def live(self) -> bool:
        return self.status not in ENDED

    def reported(self, moment: float) -> datetime:
        """A simulated time as the API reports it: the wall time of submission plus the simulated time since then."""
        return datetime.fromtimestamp(self.submitted_wall + moment - self.submitted_at, UTC)
