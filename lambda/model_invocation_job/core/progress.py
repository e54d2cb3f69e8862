"""What the handling of one event has done so far."""

from dataclasses import dataclass

from model_invocation_job.core.errors import AwsError


@dataclass
class Progress:
    """What is known of the job that this event has started, and the last call.

    * `job_name`: the name of the attempt.
    * `job_arn`: the job, once Bedrock has returned its ARN.
    * `is_uncertain`: a request may have had its effect without a response that says so.
    * `is_repeated`: this may be a repeated delivery, so nothing here proves what the earlier delivery did.
    * `step`: the API's name of the last call.
    * `first_failure`: the failure of the first attempt, which every text about the second one begins with. Empty if
      there was none.
    """

    is_repeated: bool = False
    job_name: str = ""
    job_arn: str = ""
    is_uncertain: bool = False
    step: str = "before the first call"
    first_failure: str = ""

    def start_failed(self, error: Exception) -> None:
        """Record a start that failed, unless the error proves that it had no effect."""
        self.is_uncertain = self.is_uncertain or not (isinstance(error, AwsError) and error.proves_no_effect)

    def first_attempt_failed(self, text: str) -> None:
        """Record that the first attempt has failed. Nothing of it runs, and the second is not started yet."""
        self.first_failure = text
        self.job_name = self.job_arn = ""
        self.is_uncertain = False
