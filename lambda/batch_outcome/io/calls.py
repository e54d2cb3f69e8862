"""Converts botocore's exceptions into the function's own error."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from batch_outcome.core.errors import AwsError

# Errors with an HTTP status below 500 that say nothing about the request itself: load, clocks, credentials that have
# just expired. S3 passes on errors of KMS, such as KMS.ThrottlingException.
_PASSING = frozenset(
    {
        "ConcurrentModificationException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InternalError",
        "InternalException",
        "InternalFailure",
        "InternalServerException",
        "InternalServiceFault",
        "OperationAborted",
        "RequestExpired",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeTooSkewed",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_PASSING_STATUSES = frozenset({408, 425, 429})


def called(operation: str, call: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Make one call of an operation.

    :raises AwsError: the call failed, or a proxy's page came instead of a response.
    """
    try:
        answer = call()
    except ClientError as error:
        raise _answered(operation, error) from error
    except BotoCoreError as error:
        raise AwsError(operation, type(error).__name__, passes=not isinstance(error, ParamValidationError)) from error
    except ResponseParserError:
        # The text of the exception contains the page.
        raise unreadable(operation) from None
    # A proxy's page, as botocore parses it, has no request id.
    if not answer.get("ResponseMetadata", {}).get("RequestId"):
        raise unreadable(operation)
    return answer


def unreadable(operation: str) -> AwsError:
    """The error of a response without a required member."""
    return AwsError(operation, "UnreadableAnswer", passes=True)


def passes(code: str, status: int) -> bool:
    """Whether the same call may succeed later. A proxy's page has its HTTP status as the code, or no code."""
    is_page = not code or (code.isdigit() and code != "404")
    return is_page or status >= 500 or status in _PASSING_STATUSES or code.rpartition(".")[2] in _PASSING


def _answered(operation: str, error: ClientError) -> AwsError:
    details, metadata = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    code = str(details.get("Code", ""))
    return AwsError(operation, code or type(error).__name__, passes=passes(code, metadata.get("HTTPStatusCode", 0)))
