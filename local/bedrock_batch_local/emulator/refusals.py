"""How a service words that it does not know a caller, or that a caller may not do something."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from ministack.core import iam_actions
from ministack.core.iam_evaluator import AuthError, EvalResult
from ministack.core.router import detect_service


class RefusedError(Exception):
    """A request that is refused, in the words of the service that was called."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Answer:
    """An HTTP answer that refuses a request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def unauthenticated(service: str, failure: AuthError) -> RefusedError:
    """The refusal of a caller whom ``service`` does not know."""
    code, _, message = iam_actions._auth_failure(service, failure.code, failure.message, {})
    return RefusedError(code, message)


def unauthorized(action: str, resource: str, denied: EvalResult) -> RefusedError:
    """The refusal of an action that no policy allows, or that one denies."""
    explicit = denied.decision == "Deny"
    message = iam_actions.identity_denial_message(action, denied.principal_arn, resource, explicit)
    return RefusedError("AccessDeniedException", message)


def answer_to(method: str, path: str, headers: Mapping[str, str], failure: str, message: str) -> Answer:
    """The answer to a request that nobody known has signed, in the form of the service that was called.

    ``failure`` is one of MiniStack's names for such failures, as a ``SignatureError`` has it.
    """
    service = detect_service(method, path, headers, {})
    status, fields, body = iam_actions.access_denied_response(
        service, "", "", str(uuid.uuid4()), error_code=failure, message=message, headers=headers
    )
    return Answer(status, fields, body)
