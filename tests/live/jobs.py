"""The jobs that the script starts with real credentials: all of them known, all of them stopped in the end."""

import secrets
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

ENDED = frozenset({"Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"})


def error_of(error: Exception) -> str:
    """An error in one line."""
    if isinstance(error, ClientError):
        found = error.response.get("Error", {})
        return f"{found.get('Code')}: {found.get('Message')}"
    return type(error).__name__


class Jobs:
    """Starts and watches jobs; `stop_all` leaves nothing running."""

    def __init__(self, bedrock: Any, request: dict[str, Any], *, wait: float, poll: float) -> None:
        """`request` is what all jobs share, `wait` bounds each watch, `poll` is the time between two looks."""
        self.bedrock = bedrock
        self.started: list[str] = []
        self._request = request
        self._wait = wait
        self._poll = poll

    @staticmethod
    def names() -> dict[str, str]:
        """A new job name and token."""
        name = f"smoke-{secrets.token_hex(8)}"
        return {"jobName": name, "clientRequestToken": name}

    def start(self, **members: Any) -> str:
        """Start a job that `stop_all` knows."""
        arn = str(self.bedrock.create_model_invocation_job(**self._request | members)["jobArn"])
        if arn not in self.started:
            self.started.append(arn)
        return arn

    def get(self, arn: str) -> dict[str, Any]:
        """The job as Bedrock shows it."""
        found: dict[str, Any] = self.bedrock.get_model_invocation_job(jobIdentifier=arn)
        return found

    def stop(self, arn: str) -> str:
        """Stop a job: what the service says."""
        try:
            self.bedrock.stop_model_invocation_job(jobIdentifier=arn)
        except (ClientError, BotoCoreError) as error:
            return error_of(error)
        return "accepted"

    def seconds_until(self, is_so: Callable[[], bool]) -> float | None:
        """How long it took until something was so, `None` when the bound passed first."""
        begin = time.monotonic()
        while not is_so():
            if time.monotonic() - begin > self._wait:
                return None
            time.sleep(self._poll)
        return time.monotonic() - begin

    def end_of(self, arn: str) -> str:
        """The final status and message of a job, or the status it is in when the bound passes."""
        self.seconds_until(lambda: self.get(arn)["status"] in ENDED)
        job = self.get(arn)
        return f"{job['status']}: {job.get('message', 'no message')}"

    def stop_all(self) -> list[str]:
        """Stop every job that was started; the ARNs of those that may still run."""
        left = []
        for arn in self.started:
            try:
                if self.get(arn)["status"] in ENDED | {"Stopping"}:
                    continue
            except (ClientError, BotoCoreError):
                left.append(arn)
                continue
            if self.stop(arn) != "accepted" and self.get(arn)["status"] not in ENDED:
                left.append(arn)
        return left
