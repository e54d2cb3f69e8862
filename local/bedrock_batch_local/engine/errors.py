"""The errors that the batch API answers with, and the messages callers are known to meet."""

from __future__ import annotations

from bedrock_batch_local.engine.api_model import error_statuses

NAME_IN_USE = "The provided job name is currently in use."
INVALID_MODEL = "The provided model identifier is invalid."
UNSUPPORTED_MODEL = "Batch inference is not supported for the requested model."
CROSS_ACCOUNT_ROLE = "Cross-account pass role is not allowed."


class BatchApiError(Exception):
    """An error of the API: ``code`` as the service model names it, ``message`` for people, ``status`` of HTTP."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        # Codes outside the model come from the protocol layer (signatures, malformed JSON), which answers 403 or 400.
        return error_statuses().get(self.code, 403 if "Token" in self.code or "Signature" in self.code else 400)


def validation(message: str) -> BatchApiError:
    return BatchApiError("ValidationException", message)


def conflict(message: str) -> BatchApiError:
    return BatchApiError("ConflictException", message)


def not_found(message: str) -> BatchApiError:
    return BatchApiError("ResourceNotFoundException", message)


def access_denied(message: str) -> BatchApiError:
    return BatchApiError("AccessDeniedException", message)


def quota_exceeded(message: str) -> BatchApiError:
    return BatchApiError("ServiceQuotaExceededException", message)


def too_many_tags(message: str) -> BatchApiError:
    return BatchApiError("TooManyTagsException", message)
