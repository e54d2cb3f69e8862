"""A model invocation job, as far as Bedrock shows it."""

from dataclasses import dataclass
from datetime import datetime

from bedrock_batch.limits import CLOCK_SKEW
from bedrock_batch.statuses import DEAD, ENDED, PAST_VALIDATION, RUNNING, JobStatus, is_live

# The service's text may hold anything up to 2048 characters; this much tells what is wrong.
_LONGEST_REASON = 500


@dataclass(frozen=True)
class Job:
    """One job; a text is empty, and a moment `None`, if Bedrock does not show it.

    `status` is the service's own word, also one that this version does not know. `token` is the `clientRequestToken`.
    The members from `model_id` on are those that define a run.
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

    @property
    def reason(self) -> str:
        """What Bedrock says of its end, no longer than an answer can hold twice, without a final period."""
        return (self.message or "Bedrock gives no reason")[:_LONGEST_REASON].rstrip(".")

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it runs any more."""
        return self.status in ENDED

    @property
    def is_live(self) -> bool:
        """Whether it runs or may come to run; so does a job whose status this version does not know."""
        return is_live(self.status)

    @property
    def is_running(self) -> bool:
        """Whether it is known to run."""
        return self.status in RUNNING

    @property
    def is_dead(self) -> bool:
        """Ended, or ending, without the output that was asked for: another attempt is needed to get it."""
        return self.status in DEAD

    @property
    def is_past_validation(self) -> bool:
        """Whether Bedrock has checked its rights, files and records."""
        return self.status in PAST_VALIDATION

    def was_submitted_since(self, issued_at: datetime | None) -> bool:
        """Whether it was submitted after a request was issued, and so for it; `False` when either is not known."""
        return _is_since(self.submitted_at, issued_at)

    def failed_since(self, issued_at: datetime | None) -> bool:
        """Whether it failed or expired after a request was issued.

        Not whether it was stopped: a Stop that was asked for before the request may end after it.
        """
        return self.status in (JobStatus.FAILED, JobStatus.EXPIRED) and _is_since(self.ended_at, issued_at)

    def was_running_before(self, issued_at: datetime | None) -> bool:
        """Whether it ran when a request was issued, by more than the clocks may differ; whatever it does now."""
        if issued_at is None or self.submitted_at is None or self.was_submitted_since(issued_at):
            return False
        return not self.has_ended or _is_since(self.ended_at, issued_at)


def _is_since(moment: datetime | None, issued_at: datetime | None) -> bool:
    return issued_at is not None and moment is not None and moment >= issued_at - CLOCK_SKEW
