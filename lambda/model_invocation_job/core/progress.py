"""What the handling of one event has done so far."""

from dataclasses import dataclass

from model_invocation_job.core.errors import AwsError


@dataclass
class Progress:
    """What is known of the job that this event has started, and the last call that was made.

    `job_name` is that of the attempt, `job_arn` the job's once Bedrock has returned it. `is_uncertain` tells that a
    request may have had its effect without an answer that says so, `is_repeated` that Lambda may have delivered the
    event before, so that nothing here proves what that delivery did. `step` is the API's name of the last call.
    """

    is_repeated: bool = False
    job_name: str = ""
    job_arn: str = ""
    is_uncertain: bool = False
    step: str = "before the first call"

    def start_failed(self, error: Exception) -> None:
        """Take note of a start that failed, unless the error proves that it had no effect."""
        self.is_uncertain = self.is_uncertain or not (isinstance(error, AwsError) and error.proves_no_effect)
