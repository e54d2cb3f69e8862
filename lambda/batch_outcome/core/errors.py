"""The errors of the function. No text has a message of a service, since it may repeat what is in a record."""

from bedrock_batch.errors import BedrockBatchError


class OutcomeError(BedrockBatchError):
    """Base of the function's own errors. Lambda retries an event whose handling raises one."""


class MalformedEventError(OutcomeError):
    """The event is neither the end of a job nor a look of the schedule. A retry would not help."""


class NotEndedError(OutcomeError):
    """The event says that a job has ended, and Bedrock does not show it yet."""


class UnfinishedError(OutcomeError):
    """Something could not be done for some jobs. Lambda's retry, or the next look of the schedule, tries it again."""


class UnreadableError(OutcomeError):
    """A run file is there and is none, so it is not known whether an outcome is asked for."""


class AwsError(OutcomeError):
    """A call to AWS failed.

    * `operation`: the API's name of the call.
    * `code`: the service's error code, or the class of the exception if no service answered.
    * `passes`: the same call may succeed later. Otherwise the service has refused it for good.
    """

    def __init__(self, operation: str, code: str, *, passes: bool) -> None:
        """See the class."""
        super().__init__(f"{operation}: {code}")
        self.operation = operation
        self.code = code
        self.passes = passes


class ClosedPlaceError(AwsError):
    """S3 refuses an object, and does not say whether it exists. The function has no rights on such a place."""
