"""The errors of the handler, one family with `InvalidPropertyError`. An error that knows a job carries its ARN."""

import re

from bedrock_batch.errors import BedrockBatchError

_ROLE = re.compile(r"\b(?:role|assume)", re.IGNORECASE)


class HandlerError(BedrockBatchError):
    """Base of the handler's own. `job_arn` is the job that the error is about, empty if none."""

    def __init__(self, text: str, job_arn: str = "") -> None:
        """The text tells what happened and holds no secret."""
        super().__init__(text)
        self.job_arn = job_arn


class ForeignEventError(HandlerError):
    """The event is not one that CloudFormation sends to this function; it is not acted on and not answered."""


class MalformedEventError(HandlerError):
    """The event is not one that CloudFormation sends; nothing can be answered and nothing was started."""


class RefusedError(HandlerError):
    """The request was refused. If the text names a job, that job may still exist.

    `job_arn` is the job to put on record, so that a later Delete looks at it.
    """


class OutOfTimeError(RefusedError):
    """The answer is due while a call is under way, which may yet have its effect."""


class StackUnknownError(RefusedError):
    """CloudFormation does not say what the stack is doing, and nothing may be started without knowing it."""


class StillRunningError(HandlerError):
    """A job could not be stopped; the text tells which, that it costs money, and the command that stops it."""

    def __init__(self, job_arn: str, cause: str) -> None:
        """`cause` is the service's own error code."""
        super().__init__(
            f"{job_arn} is still running and billing, it could not be stopped ({cause})."
            f" Stop it with: {stop_command(job_arn)}",
            job_arn,
        )


class AwsError(HandlerError):
    """A call to AWS failed.

    `operation` is the API's name of the call. `code` is the service's own word for the error, or the class of the
    exception if no service answered; `message` is the service's own text, empty if there is none. `is_answer` tells
    that a service has answered, `passes` that the same call may succeed a little later, `proves_no_effect` that the
    request never left the function, or that the service declares this error for a request that it did not take.
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
        """As in the class."""
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
    """An answer without what the API always returns: it may be a proxy's page, so the call's effect is not known."""

    def __init__(self, operation: str) -> None:
        """`operation` as in the base."""
        super().__init__(operation, type(self).__name__, passes=True)


class PreparationError(RefusedError):
    """What a job needs could not be put in its place, so no start was asked for; the text tells what is missing."""

    def __init__(self, what: str, error: AwsError) -> None:
        """`what` could not be done, in words, because of an error of S3 or of the key."""
        said = f": {error.message}" if error.message else ""
        super().__init__(f"{what} ({error}{said}). {_advice(error)}")


def _advice(error: AwsError) -> str:
    if error.code == "NoSuchKey":
        return "The uploaded file is gone: deploy with the CDK CLI again, which uploads it"
    if error.is_denied:
        # S3 does not tell a caller who may not list that an object is gone.
        is_gone = "If the uploaded file is gone, deploy with the CDK CLI again, which uploads it. Else the"
        return (
            f"{is_gone if error.operation == 'CopyObject' else 'The'} function's role lacks a right on the bucket, the"
            " object or the key, or a policy there denies it"
        )
    if error.code == "InvalidRequest":
        return "A copy has 5 GB at most"
    return "Deploy again"


class DeliveryError(HandlerError):
    """CloudFormation was not told, though it may be later; the text holds no part of the address, which is a secret."""


class RefusedDeliveryError(DeliveryError):
    """CloudFormation cannot be told any more: the address has expired."""


def stop_command(job_arn: str) -> str:
    """The command that stops a job by hand."""
    region = job_arn.split(":")[3]
    return f"aws bedrock stop-model-invocation-job --job-identifier {job_arn} --region {region}"
