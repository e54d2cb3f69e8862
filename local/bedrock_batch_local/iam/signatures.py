"""The signer of a request: Signature Version 4, in the header or in the query, also with an account's root key."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote

from bedrock_batch_local.emulator import signing
from bedrock_batch_local.emulator.signing import Claim, Request, SignatureError

_ALGORITHM = "AWS4-HMAC-SHA256"
_ROOT_KEY = re.compile(r"[0-9]{12}")
# Query parameters with a credential, in this version of the signature or an older one.
_IN_QUERY = frozenset({"x-amz-algorithm", "x-amz-credential", "x-amz-signature", "awsaccesskeyid", "signature"})
# These headers say who asks for what. Each must appear once and be signed. AWS has no others.
_MEANS_SOMETHING = re.compile(r"x-amz-.*|host|authorization")
_HASH = "x-amz-content-sha256"
_HEX_HASH = re.compile(r"[0-9a-f]{64}")
_CHUNKS_ARE_SIGNED = f"STREAMING-{_ALGORITHM}"


@dataclass(frozen=True)
class Signature:
    """The signature of one request. Call ``of``, ``check_signer`` and ``check_body`` in this order."""

    claim: Claim
    request: Request

    @classmethod
    def of(cls, scope: Mapping[str, Any]) -> Signature:
        """The signature of an ASGI request.

        ``SignatureError`` if it has none, more than one or another kind, or if it does not cover a part of the request
        that says what is asked for.
        """
        headers = _headers(scope["headers"])
        query = parse_qs(scope.get("query_string", b"").decode("utf-8", "replace"), keep_blank_values=True)
        authorization = headers.get("authorization", "")
        in_query = any(name.lower() in _IN_QUERY for name in query)
        if not authorization and not in_query:
            raise SignatureError("MissingAuthenticationToken", "Missing Authentication Token")
        presigned = not authorization
        algorithm = query.get("X-Amz-Algorithm", [""])[0] if presigned else authorization.split(" ", 1)[0]
        if algorithm != _ALGORITHM or (authorization and in_query):
            raise _refused("A request needs one signature of version 4")
        path = scope.get("raw_path") or quote(scope["path"]).encode()
        request = Request(scope["method"], path.decode("latin-1"), query, headers, presigned)
        claim = Claim.of(request)
        # The key that is checked here must be the key that MiniStack takes for the caller.
        if request.named_key != claim.access_key:
            raise _refused("The request names more than one access key")
        _check_coverage(claim, headers)
        return cls(claim, request)

    @property
    def is_of_root(self) -> bool:
        """Whether the request claims to come from an account's root."""
        return _ROOT_KEY.fullmatch(self.claim.access_key) is not None

    @property
    def needs_body(self) -> bool:
        """Whether the signature can be checked only with the body, since no header has its hash."""
        return not self._is_link_of_s3 and _HASH not in self.request.headers

    def check_signer(self) -> None:
        """``SignatureError`` unless a known key has signed the request recently.

        If it ``needs_body``, this checks only what can be checked without the body.
        """
        if self.request.presigned:
            self._check_expiry()
        else:
            self.claim.check_time()
        secret = self._secret()
        if not self.needs_body:
            self._prove(secret, b"")

    def check_body(self, body: bytes) -> None:
        """``SignatureError`` unless the body is the one that was signed."""
        if self.needs_body:
            self._prove(self._secret(), body)
            return
        declared = "" if self._is_link_of_s3 else self.request.headers[_HASH]
        is_another = _HEX_HASH.fullmatch(declared) and hashlib.sha256(body).hexdigest() != declared
        if is_another or (declared.startswith(_CHUNKS_ARE_SIGNED) and not self._chunks_match(body)):
            raise SignatureError("SignatureDoesNotMatch", "The body is not the one that was signed")

    @property
    def _is_link_of_s3(self) -> bool:
        return self.request.presigned and self.claim.service == "s3"

    def _prove(self, secret: str, body: bytes) -> None:
        if self.claim.date != self.claim.time[:8]:
            raise SignatureError("SignatureDoesNotMatch", "The date of the credential is not that of the request")
        computed = self.claim.computed(secret, self.request, body)
        if not hmac.compare_digest(computed.encode(), self.claim.signature.encode()):
            raise SignatureError("SignatureDoesNotMatch", signing.MISMATCH)

    def _chunks_match(self, body: bytes) -> bool:
        secret = self._secret()
        return self.claim.chunks_match(secret, self.claim.computed(secret, self.request, b""), body)

    def _check_expiry(self) -> None:
        try:
            expired = self.claim.has_expired(self.request.query["X-Amz-Expires"][0])
        except (KeyError, ValueError, OverflowError):
            expired = True
        if expired:
            raise SignatureError("RequestExpired", "Request has expired")

    def _secret(self) -> str:
        query, headers = self.request.query, self.request.headers
        token = query.get("X-Amz-Security-Token", [""])[0] or headers.get("x-amz-security-token", "")
        return signing.secret_of(self.claim.access_key, token, is_root=self.is_of_root)


def _check_coverage(claim: Claim, headers: Mapping[str, str]) -> None:
    signed = claim.signed_headers | {"authorization"}
    if left_out := [name for name in headers if _MEANS_SOMETHING.fullmatch(name) and name not in signed]:
        raise _refused(f"The signature leaves out the header {left_out[0]}")


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), signing.header_value(value)
        if key in headers and _MEANS_SOMETHING.fullmatch(key):
            # The next reader of the request may use the other value.
            raise _refused(f"The request has the header {key} twice")
        # A header on several lines is signed as its values with bare commas between them.
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return headers


def _refused(reason: str) -> SignatureError:
    return SignatureError("UnsupportedSignature", reason)
