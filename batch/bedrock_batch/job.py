"""A model invocation job as Bedrock shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from bedrock_batch.limits import CLOCK_SKEW
from bedrock_batch.statuses import DEAD, ENDED, PAST_VALIDATION, RUNNING, JobStatus, is_live

# The service's text has up to 2,048 characters of any kind. This many are enough to tell what is wrong.
_LONGEST_REASON = 500


@dataclass(frozen=True)
class Job:
    """One job. A text is empty and a time is `None` if Bedrock does not show it.

    `status` is the service's own word, even if this version does not know it. `token` is the `clientRequestToken`. The
    members from `model_id` to `output_key` define a run. `counts` are those of records, under the API's names.
    """

    arn: str
    name: str = ""
    token: str = ""
    status: str = ""
    submitted_at: datetime | None = None
    ended_at: datetime | None = None
    message: str = ""
    is_in_vpc: bool = False
    model_id: str = ""
    invocation_type: str = ""
    input_uri: str = ""
    output_uri: str = ""
    output_key: str = ""
    timeout_hours: int | None = None
    counts: Mapping[str, Any] = field(default_factory=dict, compare=False)
    output_owner: str = ""

    @classmethod
    def of(cls, shown: Mapping[str, Any]) -> Self:
        """The job in a response of Get or List, from whichever members it has. Nothing else knows their names."""
        source = shown.get("inputDataConfig", {}).get("s3InputDataConfig", {})
        target = shown.get("outputDataConfig", {}).get("s3OutputDataConfig", {})
        return cls(
            arn=_text(shown, "jobArn"),
            name=_text(shown, "jobName"),
            token=_text(shown, "clientRequestToken"),
            status=_text(shown, "status"),
            submitted_at=shown.get("submitTime"),
            ended_at=shown.get("endTime"),
            message=_text(shown, "message"),
            is_in_vpc=bool(shown.get("vpcConfig")),
            model_id=_text(shown, "modelId"),
            invocation_type=_text(shown, "modelInvocationType"),
            input_uri=_text(source, "s3Uri"),
            output_uri=_text(target, "s3Uri"),
            output_key=_text(target, "s3EncryptionKeyId"),
            timeout_hours=shown.get("timeoutDurationInHours"),
            counts={member: shown[member] for member in shown if member.endswith("RecordCount")},
            output_owner=_text(target, "s3BucketOwner"),
        )

    @property
    def id(self) -> str:
        """The last part of its ARN, which names its folder in the output."""
        return self.arn.rpartition("/")[2]

    @property
    def reason(self) -> str:
        """Bedrock's message about the end of the job, without a final period. It fits twice in a response."""
        return (self.message or "Bedrock gives no reason")[:_LONGEST_REASON].rstrip(".")

    @property
    def has_ended(self) -> bool:
        """Whether nothing of the job runs any more."""
        return self.status in ENDED

    @property
    def is_live(self) -> bool:
        """Whether the job runs or may still run. An unknown status counts as running."""
        return is_live(self.status)

    @property
    def is_running(self) -> bool:
        """Whether the job is known to run."""
        return self.status in RUNNING

    @property
    def is_dead(self) -> bool:
        """Whether the job ended, or is ending, without its output, so that only another attempt can produce it."""
        return self.status in DEAD

    @property
    def is_past_validation(self) -> bool:
        """Whether Bedrock has checked the rights, the files and the records of the job."""
        return self.status in PAST_VALIDATION

    def was_submitted_since(self, issued_at: datetime | None) -> bool:
        """Whether the job was submitted after a request was issued. `False` if a time is not known."""
        return _is_since(self.submitted_at, issued_at)

    def failed_since(self, issued_at: datetime | None) -> bool:
        """Whether the job failed or expired after a request was issued.

        A stopped job does not count: a Stop from before the request may end after it.
        """
        return self.status in (JobStatus.FAILED, JobStatus.EXPIRED) and _is_since(self.ended_at, issued_at)

    def was_running_before(self, issued_at: datetime | None) -> bool:
        """Whether the job ran when a request was issued, by more than the clocks may differ."""
        if issued_at is None or self.submitted_at is None or self.was_submitted_since(issued_at):
            return False
        return not self.has_ended or _is_since(self.ended_at, issued_at)


def _is_since(moment: datetime | None, issued_at: datetime | None) -> bool:
    return issued_at is not None and moment is not None and moment >= issued_at - CLOCK_SKEW


def _text(shown: Mapping[str, Any], member: str) -> str:
    return str(shown.get(member) or "")
