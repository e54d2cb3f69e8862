"""The errors of each service for an unknown caller and for a missing right."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from ministack.core import iam_actions
from ministack.core.iam_evaluator import AuthError, EvalResult
from ministack.core.router import detect_service


class RefusedError(Exception):
    """A refused request, with the error of the called service."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Answer:
    """An HTTP response that refuses a request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def unauthenticated(service: str, failure: AuthError) -> RefusedError:
    """The error of ``service`` for an unknown caller."""
    code, _, message = iam_actions._auth_failure(service, failure.code, failure.message, {})
    return RefusedError(code, message)


def unauthorized(action: str, resource: str, denied: EvalResult) -> RefusedError:
    """The error for an action that no policy allows, or that a policy denies."""
    explicit = denied.decision == "Deny"
    message = iam_actions.identity_denial_message(action, denied.principal_arn, resource, explicit)
    return RefusedError("AccessDeniedException", message)


def answer_to(method: str, path: str, headers: Mapping[str, str], failure: str, message: str) -> Answer:
    """The response to a request without a known signature, in the form of the called service.

    ``failure`` is one of MiniStack's names for such failures, as in a ``SignatureError``.
    """
    service = detect_service(method, path, headers, {})
    status, fields, body = iam_actions.access_denied_response(
        service, "", "", str(uuid.uuid4()), error_code=failure, message=message, headers=headers
    )
    return Answer(status, fields, body)
