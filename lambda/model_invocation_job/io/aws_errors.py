"""Converts botocore's exceptions into the handler's own error."""

from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError, ParamValidationError
from botocore.exceptions import ConnectionError as AwsConnectionError
from botocore.parsers import ResponseParserError

from model_invocation_job.core.errors import AwsError, UnreadableAnswerError

_T = TypeVar("_T")
_PASSING = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "InternalServerException",
        "InternalFailure",
        "ServiceUnavailableException",
        "ServiceUnavailable",
        # Amazon S3 API Reference, "Error responses".
        "InternalError",
        "RequestTimeout",
        "SlowDown",
    }
)
# Errors that the API declares for requests that it does not accept. Others say nothing about the effect of the call.
_REFUSALS = frozenset(
    {"AccessDeniedException", "ResourceNotFoundException", "ServiceQuotaExceededException", "ValidationException"}
)
# A failed connection is not one of these: the request may have been sent.
_NEVER_SENT = (ParamValidationError, NoCredentialsError)


def called(operation: str, call: Callable[[], _T]) -> _T:
    """Make one call of an operation.

    :raises AwsError: the call failed.
    """
    try:
        return call()
    except ClientError as error:
        raise _answered(operation, error) from error
    except BotoCoreError as error:
        passes = isinstance(error, AwsConnectionError | HTTPClientError)
        is_proof = isinstance(error, _NEVER_SENT)
        raise AwsError(operation, type(error).__name__, passes=passes, proves_no_effect=is_proof) from error
    except ResponseParserError:
        # The text of the exception contains the page that came instead of a response.
        raise UnreadableAnswerError(operation) from None


def _answered(operation: str, error: ClientError) -> AwsError:
    details, metadata = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    code = str(details.get("Code", ""))
    # S3 passes on errors of KMS, such as KMS.ThrottlingException. For a proxy's page botocore uses the HTTP status as
    # the error code, or none.
    passes = (
        code.rpartition(".")[2] in _PASSING or metadata.get("HTTPStatusCode", 0) >= 500 or not code or code.isdigit()
    )
    # If the SDK had repeated the call, the error is that of the last try and says nothing about the tries before.
    is_proof = code in _REFUSALS and not metadata.get("RetryAttempts")
    return AwsError(
        operation,
        code or type(error).__name__,
        str(details.get("Message", "")),
        is_answer=True,
        passes=passes,
        proves_no_effect=is_proof,
    )
