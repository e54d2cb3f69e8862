"""The jobs that are started to see what Amazon Bedrock does: all of them known, all of them stopped in the end."""

import secrets
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from live.names import JOB_NAME_PREFIX

ENDED = frozenset({"Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"})


class TooManyJobsError(Exception):
    """More jobs would be started than was agreed to."""


def error_of(error: Exception) -> str:
    """An error in one line."""
    if isinstance(error, ClientError):
        found = error.response.get("Error", {})
        return f"{found.get('Code')}: {found.get('Message')}"
    return type(error).__name__


def outcome(call: Callable[[], str]) -> str:
    """What a call answers, or its error in one line."""
    try:
        return call()
    except (ClientError, BotoCoreError) as error:
        return error_of(error)


def is_arn(text: str) -> bool:
    """Whether an outcome is a job."""
    return text.startswith("arn:")


class Jobs:
    """Starts and watches jobs; `stop_all` leaves nothing running."""

    def __init__(self, bedrock: Any, request: dict[str, Any], *, most: int, wait: float, poll: float) -> None:
        """`request` is what all jobs share.

        `most` bounds how many are started, `wait` each watch in seconds, `poll` is the time between two looks.
        """
        self.bedrock = bedrock
        self.started: list[str] = []
        self.request = request
        self._most = most
        self._wait = wait
        self._poll = poll

    @staticmethod
    def names() -> dict[str, str]:
        """A new job name and token."""
        name = f"{JOB_NAME_PREFIX}-{secrets.token_hex(8)}"
        return {"jobName": name, "clientRequestToken": name}

    def start(self, bedrock: Any = None, **members: Any) -> str:
        """Start a job that `stop_all` knows, and wait until Get shows it; `bedrock` is another caller's client.

        :raises TooManyJobsError: it would be one more than was agreed to.

        """
        arn = self.request_start(bedrock, **members)
        if arn:
            self.seconds_until(lambda: bool(self.status(arn)))
        return arn

    def request_start(self, bedrock: Any = None, **members: Any) -> str:
        """The same without waiting.

        :raises TooManyJobsError: it would be one more than was agreed to.

        """
        if len(self.started) >= self._most:
            raise TooManyJobsError(f"{self._most} jobs were started, and no more were agreed to")
        caller = bedrock or self.bedrock
        arn = str(caller.create_model_invocation_job(**self.request | members)["jobArn"])
        if arn and arn not in self.started:
            self.started.append(arn)
        return arn

    def get(self, arn: str) -> dict[str, Any]:
        """The job as Bedrock shows it."""
        found: dict[str, Any] = self.bedrock.get_model_invocation_job(jobIdentifier=arn)
        return found

    def status(self, arn: str) -> str:
        """The job's status, empty as long as Get does not show it."""
        try:
            return str(self.get(arn)["status"])
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
                return ""
            raise

    def stop(self, arn: str, bedrock: Any = None) -> str:
        """Stop a job: what the service says."""
        caller = bedrock or self.bedrock
        return outcome(lambda: "accepted" if caller.stop_model_invocation_job(jobIdentifier=arn) else "")

    def seconds_until(self, is_so: Callable[[], bool]) -> float | None:
        """How long it took until something was so, `None` when the bound passed first."""
        begin = time.monotonic()
        while not is_so():
            if time.monotonic() - begin > self._wait:
                return None
            time.sleep(self._poll)
        return time.monotonic() - begin

    def ended(self, arn: str) -> dict[str, Any]:
        """The job once it has ended, or as it is when the bound passes."""
        self.seconds_until(lambda: self.status(arn) in ENDED)
        return self.get(arn)

    def end_of(self, arn: str) -> str:
        """The final status and message of a job, or the status that it is in when the bound passes."""
        job = self.ended(arn)
        return f"{job['status']}: {job.get('message', 'no message')}"

    def stop_all(self) -> list[str]:
        """Stop every job that was started; the ARNs of those that may still run."""
        return [arn for arn in self.started if not self._is_stopped(arn)]

    def _is_stopped(self, arn: str) -> bool:
        try:
            if self.get(arn)["status"] in ENDED | {"Stopping"}:
                return True
            return self.stop(arn) == "accepted" or self.get(arn)["status"] in ENDED
        except (ClientError, BotoCoreError):
            return False
