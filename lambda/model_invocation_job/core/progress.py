"""What the handling of one event has done so far."""

from dataclasses import dataclass

from model_invocation_job.core.errors import AwsError


@dataclass
class Progress:
    """What is known of the job that this event has started, and the last call that was made.

    `job_name` is that of the attempt, `job_arn` the job's once Bedrock has returned it. `is_uncertain` tells that a
    request may have had its effect without an answer that says so, `is_repeated` that Lambda may have delivered the
    event before, so that nothing here proves what that delivery did. `step` is the API's name of the last call.
    `first_failure` is told before whatever becomes of the second attempt at a run, empty if there is none.
    """

    is_repeated: bool = False
    job_name: str = ""
    job_arn: str = ""
    is_uncertain: bool = False
    step: str = "before the first call"
    first_failure: str = ""

    def start_failed(self, error: Exception) -> None:
        """Take note of a start that failed, unless the error proves that it had no effect."""
        self.is_uncertain = self.is_uncertain or not (isinstance(error, AwsError) and error.proves_no_effect)

    def first_attempt_failed(self, text: str) -> None:
        """Take note that the first attempt has failed; nothing of it is left, and the second is not started yet."""
        self.first_failure = text
        self.job_name = self.job_arn = ""
        self.is_uncertain = False
