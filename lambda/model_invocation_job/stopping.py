"""Stopping a job, until nothing writes any more."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.deadline import Deadline
from model_invocation_job.log import log
from model_invocation_job.retries import Backoff, error_code
from model_invocation_job.statuses import ENDED, is_live

# Long enough for most jobs to let go of their output and network interfaces, short enough for a stack operation.
SETTLE_SECONDS = 240.0
_ENDED_MEANWHILE = frozenset({"ConflictException", "ValidationException", "ResourceNotFoundException"})


class StillRunningError(Exception):
    """A job could not be stopped; the text tells which, that it costs money, and the command that stops it."""

    def __init__(self, job_arn: str, cause: str) -> None:
        """`cause` is the service's own error code."""
        self.job_arn = job_arn
        super().__init__(
            f"{job_arn} is still running and billing, it could not be stopped ({cause})."
            f" Delete again, or stop it with: {stop_command(job_arn)}"
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

    def stop(self, job: Job) -> None:
        """Ask once for a live job to be stopped; one that ended meanwhile is as good.

        Raises:
            StillRunningError: the job is known to run and could not be stopped.
        """
        job_arn = str(job["jobArn"])
        if not is_live(job["status"]):
            return
        try:
            self.jobs.stop(job_arn)
        except ClientError as error:
            # Which code a finished job gives is not documented, so the status decides.
            if error_code(error) not in _ENDED_MEANWHILE or self._is_live(job_arn):
                raise StillRunningError(job_arn, error_code(error)) from error
        except BotoCoreError as error:
            raise StillRunningError(job_arn, type(error).__name__) from error
        log("job stopped", job_arn=job_arn)

    def settle(self, job_arns: list[str]) -> bool:
        """Wait, bounded, until every one of these has ended; `False` when the time was up first.

        A job that cannot be read counts as ended: it was accepted for stopping before.
        """
        limit = self.deadline.within(SETTLE_SECONDS)
        backoff = Backoff(first=1.0, longest=10.0)
        while True:
            job_arns = [job_arn for job_arn in job_arns if not self._has_ended(job_arn)]
            if not job_arns:
                return True
            if limit.remaining() <= 0:
                log("stop accepted, end not seen yet", job_arn=job_arns[0])
                return False
            limit.sleep(backoff.next())

    def _is_live(self, job_arn: str) -> bool:
        job = self.jobs.get(job_arn)
        return job is not None and is_live(job["status"])

    def _has_ended(self, job_arn: str) -> bool:
        try:
            job = self.jobs.get(job_arn)
        except (ClientError, BotoCoreError):
            return True
        return job is None or job["status"] in ENDED
