"""The caller of a request, as MiniStack determines it.

All of this runs inside one request on the event loop: MiniStack keeps the caller in context variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote

from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import get_account_id, set_request_account_id, set_request_region
from ministack.core.router import extract_access_key_id, extract_region

from bedrock_batch_local.emulator import refusals
from bedrock_batch_local.emulator.refusals import RefusedError


@dataclass(frozen=True)
class Sender:
    """An authenticated caller of ``service`` (its name in IAM actions) in one account and Region."""

    access_key: str
    account: str
    region: str
    service: str


def authenticate(scope: Mapping[str, Any], body: bytes, service: str) -> Sender:
    """The caller of an ASGI request. ``RefusedError`` if the signature or the key is not valid."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = parse_qs(scope.get("query_string", b"").decode(), keep_blank_values=True)
    access_key = extract_access_key_id(headers, query)
    if not access_key:
        raise RefusedError("MissingAuthenticationTokenException", "Missing Authentication Token")
    set_request_account_id(evaluator.find_iam_access_key_account(access_key) or access_key)
    set_request_region(extract_region(headers, query))
    over_tls = headers.get("x-forwarded-proto") != "http"
    evaluator.pin_request_origin((scope.get("client") or ("127.0.0.1",))[0], secure_transport=over_tls)
    path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
    evaluator.pin_signed_request(scope["method"], path, query, scope["headers"])
    evaluator.pin_signed_body(body)
    failure = evaluator.check_credentials(access_key, service)
    if failure:
        raise refusals.unauthenticated(service, failure)
    return Sender(access_key, get_account_id(), extract_region(headers, query), service)
