"""Stopping a job, until nothing writes any more."""

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.deadline import Deadline
from model_invocation_job.log import log
from model_invocation_job.retries import Backoff, UnreadableAnswerError, short_text
from model_invocation_job.statuses import ENDED, RUNNING, is_live

# Long enough for most jobs to let go of their output and network interfaces, short enough for a stack operation.
SETTLE_SECONDS = 240.0
# How long a Stop that was accepted is asked for again while the job shows no status that is known.
_EFFECT_SECONDS = 60.0
# What Bedrock answers for a job that has ended, that it cannot stop at this moment, or that only its list knows yet;
# the status tells which.
_NOT_NOW = frozenset({"ConflictException", "ResourceNotFoundException", "ValidationException"})


class StillRunningError(Exception):
    """A job could not be stopped; the text tells which, that it costs money, and the command that stops it."""

    def __init__(self, job_arn: str, cause: str) -> None:
        """`cause` is the service's own error code."""
        self.job_arn = job_arn
        super().__init__(
            f"{job_arn} is still running and billing, it could not be stopped ({cause})."
            f" Stop it with: {stop_command(job_arn)}"
        )


def stop_command(job_arn: str) -> str:
    """The command that stops a job by hand."""
    region = job_arn.split(":")[3]
    return f"aws bedrock stop-model-invocation-job --job-identifier {job_arn} --region {region}"


@dataclass(frozen=True)
class Stopper:
    """Stops jobs; the caller has made sure that they are its own."""

    jobs: Jobs
    deadline: Deadline

    def stop(self, job: Job, look_again: Callable[[], None] = lambda: None) -> None:
        """Ask for a live job to be stopped, and see that it is stopping; one that ended meanwhile is as good.

        A Stop that Bedrock refuses for the moment, or accepts without effect, is asked for again; `look_again` is
        called before that and may raise to give up.

        Raises:
            StillRunningError: no Stop was accepted, or the job runs all the same.
        """
        job_arn = str(job["jobArn"])
        if not is_live(job.get("status")):
            return
        accepted: Deadline | None = None
        backoff = Backoff(first=1.0, longest=10.0)
        while True:
            cause = "a Stop has no effect"
            try:
                self.jobs.stop(job_arn)
                accepted = accepted or self.deadline.within(_EFFECT_SECONDS)
            except (ClientError, BotoCoreError, UnreadableAnswerError) as error:
                cause = short_text(error)
                if accepted is None and cause not in _NOT_NOW:
                    raise StillRunningError(job_arn, cause) from error
            shown = self._shown(job_arn)
            if shown is not None and not is_live(shown):
                log("job stopped", job_arn=job_arn)
                return
            # A word that nobody knows may be one of a job that stops.
            may_be_stopping = accepted is not None and shown not in RUNNING
            limit = accepted if accepted is not None and may_be_stopping else self.deadline
            if limit.remaining() <= 0:
                break
            limit.sleep(backoff.next())
            look_again()
        if not may_be_stopping:
            raise StillRunningError(job_arn, cause)
        log("stop accepted, but the job does not show it", job_arn=job_arn)

    def settle(self, jobs: list[Job]) -> list[Job]:
        """Wait, bounded, until every one of these is seen to have ended; those that were not when the time was up."""
        limit = self.deadline.within(SETTLE_SECONDS)
        backoff = Backoff(first=1.0, longest=10.0)
        while True:
            jobs = [job for job in jobs if self._shown(str(job["jobArn"])) not in ENDED]
            if not jobs or limit.remaining() <= 0:
                return jobs
            limit.sleep(backoff.next())

    def _shown(self, job_arn: str) -> str | None:
        """The status that Bedrock shows, `None` if the job cannot be read, or not yet."""
        try:
            job = self.jobs.get(job_arn)
        except (ClientError, BotoCoreError, UnreadableAnswerError):
            return None
        return None if job is None else job.get("status")
