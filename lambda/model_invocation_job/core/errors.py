"""The errors of the handler, with the same base as `InvalidPropertyError`. An error about a job has its ARN."""

import re

from bedrock_batch.errors import BedrockBatchError

_ROLE = re.compile(r"\b(?:role|assume)", re.IGNORECASE)


class HandlerError(BedrockBatchError):
    """Base of the handler's own errors. `job_arn` is the job that the error is about, empty if there is none."""

    def __init__(self, text: str, job_arn: str = "") -> None:
        """`text` says what happened and contains no secret."""
        super().__init__(text)
        self.job_arn = job_arn


class ForeignEventError(HandlerError):
    """The event does not come from CloudFormation for this stack. The handler does nothing and sends no response."""


class MalformedEventError(HandlerError):
    """The event is not valid. The handler can send no response, and has started nothing."""


class RefusedError(HandlerError):
    """The request was refused. If the text names a job, that job may still exist.

    `job_arn` is the job to put on record, so that a later Delete finds it.
    """


class OutOfTimeError(RefusedError):
    """The response is due while a call is in progress, which may still have its effect."""


class StackUnknownError(RefusedError):
    """CloudFormation does not say what the stack is doing. Without that, nothing may start."""


class StillRunningError(HandlerError):
    """A job could not be stopped. The text names it, says that it costs money, and gives the command that stops it."""

    def __init__(self, job_arn: str, cause: str) -> None:
        """`cause` is the service's own error code."""
        super().__init__(
            f"{job_arn} is still running and billing, it could not be stopped ({cause})."
            f" Stop it with: {stop_command(job_arn)}",
            job_arn,
        )


class AwsError(HandlerError):
    """A call to AWS failed.

    * `operation`: the API's name of the call.
    * `code`: the service's error code, or the class of the exception if no service answered.
    * `message`: the service's own text, empty if there is none.
    * `is_answer`: a service has answered.
    * `passes`: the same call may succeed a little later.
    * `proves_no_effect`: the request never left the function, or the service declares this error for requests that it
      did not accept.
    """

    def __init__(
        self,
        operation: str,
        code: str,
        message: str = "",
        *,
        is_answer: bool = False,
        passes: bool = False,
        proves_no_effect: bool = False,
    ) -> None:
        """See the class."""
        super().__init__(f"{operation}: {code}")
        self.operation = operation
        self.code = code
        self.message = message
        self.is_answer = is_answer
        self.passes = passes
        self.proves_no_effect = proves_no_effect

    @property
    def is_denied(self) -> bool:
        """Whether the service says that a right is missing."""
        return self.code in {"AccessDeniedException", "AccessDenied"}

    @property
    def is_about_role(self) -> bool:
        """Whether the service says that it cannot use a role."""
        return self.code == "ValidationException" and _ROLE.search(self.message) is not None


class UnreadableAnswerError(AwsError):
    """A response without a required member. It may be a proxy's page, so the call's effect is not known."""

    def __init__(self, operation: str) -> None:
        """`operation` as in the base class."""
        super().__init__(operation, type(self).__name__, passes=True)


class PreparationError(RefusedError):
    """What a job needs could not be put in its place, so no start was requested. The text says what is missing."""

    def __init__(self, what: str, error: AwsError) -> None:
        """`what` says what failed, because of an error of S3 or of the key."""
        said = f": {error.message}" if error.message else ""
        super().__init__(f"{what} ({error}{said}). {_advice(error)}")


def _advice(error: AwsError) -> str:
    if error.code == "NoSuchKey":
        return "The uploaded file is gone: deploy with the CDK CLI again, which uploads it"
    if error.is_denied:
        # Without the right to list, a caller does not learn from S3 that an object is gone.
        is_gone = "If the uploaded file is gone, deploy with the CDK CLI again, which uploads it. Else the"
        return (
            f"{is_gone if error.operation == 'CopyObject' else 'The'} function's role lacks a right on the bucket, the"
            " object or the key, or a policy there denies it"
        )
    if error.code == "InvalidRequest":
        return "A copy has 5 GB at most"
    return "Deploy again"


class DeliveryError(HandlerError):
    """CloudFormation did not get the response; another try may succeed. The text has no part of the secret address."""


class RefusedDeliveryError(DeliveryError):
    """CloudFormation can no longer get the response: the address has expired."""


def stop_command(job_arn: str) -> str:
    """The command that stops a job by hand."""
    region = job_arn.split(":")[3]
    return f"aws bedrock stop-model-invocation-job --job-identifier {job_arn} --region {region}"
