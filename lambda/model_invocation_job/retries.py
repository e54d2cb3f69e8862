"""Bounded repetition with jitter. The SDK's own is off: each repetition is this function's, and seen by it."""

import random
import re
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as AwsConnectionError
from botocore.parsers import ResponseParserError

from model_invocation_job.deadline import Deadline

_T = TypeVar("_T")
# Rights of a role made in the same deployment take effect within this time (Terraform's experience of years).
IAM_PATIENCE_SECONDS = 120.0
_IAM_STEP_SECONDS = 5.0
_TRANSIENT = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "InternalServerException",
        "InternalFailure",
        "ServiceUnavailableException",
        "ServiceUnavailable",
    }
)
_DENIED = frozenset({"AccessDeniedException", "AccessDenied"})
_CALLER_RIGHT = re.compile(r"not authorized to perform: (?:iam:PassRole|bedrock:|cloudformation:)")
_ROLE = re.compile(r"\b(?:role|assume)", re.IGNORECASE)


class UnreadableAnswerError(Exception):
    """An answer without what the API always returns: it may be a proxy's page, so the call's effect is not known."""


class Backoff:
    """Waiting times that double up to a bound, each drawn between half and the whole of it."""

    def __init__(self, first: float, longest: float) -> None:
        """`first` and `longest` are seconds."""
        self._next = first
        self._longest = longest

    def next(self) -> float:
        """The next waiting time in seconds."""
        seconds = self._next
        self._next = min(self._next * 2, self._longest)
        return seconds * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret


def error_code(error: BaseException) -> str:
    """The service's own word for an error, empty if it is none of a service's."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def error_message(error: BaseException) -> str:
    """The service's own text of an error, empty if it is none of a service's."""
    return str(error.response.get("Error", {}).get("Message", "")) if isinstance(error, ClientError) else ""


def short_text(error: BaseException) -> str:
    """One word for an error: the service's code, else the exception's class, whose own text could hold anything."""
    return error_code(error) or type(error).__name__


def is_denied(error: BaseException) -> bool:
    """Whether the service says that a right is missing."""
    return error_code(error) in _DENIED


def is_iam_propagation(error: Exception) -> bool:
    """Whether an error can be new IAM rights or a new role not yet known everywhere.

    Other refusals (model access, an account that is not allowed, wrong arguments) do not go away by waiting.
    """
    if is_denied(error):
        return _CALLER_RIGHT.search(error_message(error)) is not None
    return error_code(error) == "ValidationException" and _ROLE.search(error_message(error)) is not None


def is_transient(error: Exception) -> bool:
    """Whether the same call may succeed a little later: throttled, a fault of the service, or the network."""
    if isinstance(error, ClientError):
        code, status = error_code(error), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        # botocore takes the page of a proxy for an error with the HTTP status as its code, or with none.
        return code in _TRANSIENT or status >= 500 or not code or code.isdigit()
    return isinstance(error, AwsConnectionError | HTTPClientError | ResponseParserError | UnreadableAnswerError)


def patiently(call: Callable[[], _T], *, deadline: Deadline, iam_seconds: float) -> _T:
    """Repeat a call until the deadline over transient errors, `iam_seconds` long over missing IAM rights.

    Raises:
        ClientError, BotoCoreError: the last error once patience or the deadline ran out, any other error at once.
        UnreadableAnswerError: as these, for an answer that is not the service's.
    """
    iam_limit = deadline.within(iam_seconds)
    backoff = Backoff(first=1.0, longest=10.0)
    while True:
        try:
            return call()
        except (ClientError, BotoCoreError, ResponseParserError, UnreadableAnswerError) as error:
            if is_iam_propagation(error) and iam_limit.remaining() >= _IAM_STEP_SECONDS:
                iam_limit.sleep(Backoff(_IAM_STEP_SECONDS, _IAM_STEP_SECONDS).next())
            elif is_transient(error) and deadline.remaining() > 0:
                deadline.sleep(backoff.next())
            elif isinstance(error, ResponseParserError):
                # Its text holds the page, and it belongs to no family that a caller would catch.
                raise UnreadableAnswerError from None
            else:
                raise
