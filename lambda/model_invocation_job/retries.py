"""Bounded repetition with jitter, for what the SDK does not repeat by itself or not for long enough."""

import random
import re
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from model_invocation_job.deadline import Deadline

_T = TypeVar("_T")
_IAM_STEP_SECONDS = 5.0
_TRANSIENT_REPEATS = 6
_TRANSIENT = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "TooManyRequestsException",
        "InternalServerException",
        "InternalFailure",
        "ServiceUnavailableException",
        "ServiceUnavailable",
    }
)
_DENIED = frozenset({"AccessDeniedException", "AccessDenied"})
_CALLER_RIGHT = re.compile(r"not authorized to perform: (?:iam:PassRole|bedrock:|cloudformation:)")
_ROLE = re.compile(r"\b(?:role|assume)", re.IGNORECASE)


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


def error_code(error: ClientError) -> str:
    """The service's own word for an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def error_message(error: ClientError) -> str:
    """The service's own text of an error."""
    return str(error.response.get("Error", {}).get("Message", ""))


def is_iam_propagation(error: Exception) -> bool:
    """Whether an error can be new IAM rights or a new role not yet known everywhere.

    Other refusals (model access, an account that is not allowed, wrong arguments) do not go away by waiting.
    """
    if not isinstance(error, ClientError):
        return False
    if error_code(error) in _DENIED:
        return _CALLER_RIGHT.search(error_message(error)) is not None
    return error_code(error) == "ValidationException" and _ROLE.search(error_message(error)) is not None


def is_transient(error: Exception) -> bool:
    """Whether the same call may succeed a little later: throttled, a fault of the service, or the network."""
    return isinstance(error, HTTPClientError) or (isinstance(error, ClientError) and error_code(error) in _TRANSIENT)


def patiently(
    call: Callable[[], _T],
    *,
    deadline: Deadline,
    iam_seconds: float,
    before_repeat: Callable[[], None] = lambda: None,
) -> _T:
    """Repeat a call that may be repeated: six times over transient errors, `iam_seconds` long over missing IAM rights.

    A call that was refused for a missing right had no effect, so `before_repeat` may raise to give it up.

    Raises:
        ClientError, BotoCoreError: the last error once patience or the deadline ran out, any other error at once.
    """
    iam_limit = deadline.within(iam_seconds)
    backoff = Backoff(first=1.0, longest=10.0)
    tried = 0
    while True:
        tried += 1
        try:
            return call()
        except (ClientError, BotoCoreError) as error:
            if is_iam_propagation(error) and iam_limit.remaining() >= _IAM_STEP_SECONDS:
                iam_limit.sleep(Backoff(_IAM_STEP_SECONDS, _IAM_STEP_SECONDS).next())
                before_repeat()
            elif is_transient(error) and tried <= _TRANSIENT_REPEATS and deadline.remaining() > 0:
                deadline.sleep(backoff.next())
            else:
                raise
