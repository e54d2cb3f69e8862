"""The errors of the batch API, with the messages that callers are known to get."""

from __future__ import annotations

from bedrock_batch_local.engine.api_model import error_statuses, operation

NAME_IN_USE = "The provided job name is currently in use."
INVALID_MODEL = "The provided model identifier is invalid."
UNSUPPORTED_MODEL = "Batch inference is not supported for the requested model."
CROSS_ACCOUNT_ROLE = "Cross-account pass role is not allowed."
# Errors of every AWS API. Those that Bedrock declares are in its model.
_COMMON_STATUSES = {"AccessDenied": 403, "InternalFailure": 500, "ServiceUnavailable": 503}


class BatchApiError(Exception):
    """An error of the API: ``code`` as the service model names it, ``message`` for people, ``status`` of HTTP."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        # Codes outside the model come from the protocol layer (signatures, malformed JSON), with HTTP status 403 or
        # 400.
        known = _COMMON_STATUSES | error_statuses()
        return known.get(self.code, 403 if "Token" in self.code or "Signature" in self.code else 400)


def validation(message: str) -> BatchApiError:
    return BatchApiError("ValidationException", message)


def conflict(message: str) -> BatchApiError:
    return BatchApiError("ConflictException", message)


def not_found(message: str) -> BatchApiError:
    return BatchApiError("ResourceNotFoundException", message)


def access_denied(message: str) -> BatchApiError:
    return BatchApiError("AccessDeniedException", message)


def not_authorized(code: str, operation_name: str) -> BatchApiError:
    """A refusal in the words of IAM. ``code`` is the service's, ``AccessDenied`` for instance."""
    action = f"{operation(operation_name).service_model.service_name}:{operation_name}"
    message = f"User is not authorized to perform: {action} because no identity-based policy allows the {action} action"
    return BatchApiError(code, message)


def throttled(operation_name: str) -> BatchApiError:
    """One call too many. CloudFormation has another code than Bedrock, since it uses the query protocol."""
    is_query = operation(operation_name).service_model.protocol == "query"
    return BatchApiError("Throttling" if is_query else "ThrottlingException", "Rate exceeded")


def quota_exceeded(message: str) -> BatchApiError:
    return BatchApiError("ServiceQuotaExceededException", message)


def too_many_tags(message: str) -> BatchApiError:
    return BatchApiError("TooManyTagsException", message)
