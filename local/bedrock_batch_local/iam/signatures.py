"""Who signed a request: Signature Version 4, in the header or in the query, also with an account's root key."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote

from ministack.core import iam_evaluator as evaluator
from ministack.core import sigv4
from ministack.core.responses import _account_from_sts_session
from ministack.core.router import extract_access_key_id

_ALGORITHM = "AWS4-HMAC-SHA256"
_ROOT_KEY = re.compile(r"[0-9]{12}")
# Query parameters that carry a credential, in this version of the signature or an older one.
_IN_QUERY = frozenset({"x-amz-algorithm", "x-amz-credential", "x-amz-signature", "awsaccesskeyid", "signature"})
# What says who asks for what must be there once and be signed; of the names of AWS these are all.
_MEANS_SOMETHING = re.compile(r"x-amz-.*|host|authorization")
_HASH = "x-amz-content-sha256"
_HEX_HASH = re.compile(r"[0-9a-f]{64}")
_CHUNKS_ARE_SIGNED = f"STREAMING-{_ALGORITHM}"


class SignatureError(Exception):
    """A request that nobody known has signed; ``code`` is one of MiniStack's names for such failures."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Signature:
    """The signature of one request. ``of`` reads it, ``check_signer`` and ``check_body`` prove it, in this order."""

    claim: sigv4.HeaderSignature
    presigned: bool
    method: str
    raw_path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]

    @classmethod
    def of(cls, scope: Mapping[str, Any]) -> Signature:
        """The signature of an ASGI request.

        ``SignatureError`` if it has none, more than one or another kind, or if it leaves a part of the request unsigned
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
        claim = sigv4.parse_query_signature(query) if presigned else sigv4.parse_header_signature(headers)
        if isinstance(claim, tuple):
            raise SignatureError(*claim)
        # What is checked here and whom MiniStack takes the caller for must be the same key.
        if extract_access_key_id(dict(headers), query) != claim.access_key_id:
            raise _refused("The request names more than one access key")
        _check_coverage(claim, headers)
        path = scope.get("raw_path") or quote(scope["path"]).encode()
        return cls(claim, presigned, scope["method"], path.decode("latin-1"), query, headers)

    @property
    def is_of_root(self) -> bool:
        """Whether it claims to be of an account's root."""
        return _ROOT_KEY.fullmatch(self.claim.access_key_id) is not None

    @property
    def needs_body(self) -> bool:
        """Whether the signature itself can only be checked with the body: nothing in the headers tells its hash."""
        return not self._is_link_of_s3 and _HASH not in self.headers

    def check_signer(self) -> None:
        """``SignatureError`` unless a known key has signed the request, and lately.

        If it ``needs_body`` the proof is still due: then this is what can be told without.
        """
        if self.presigned:
            self._check_expiry()
        elif skewed := sigv4.request_time_failure(self.claim):
            raise SignatureError(*skewed)
        secret = self._secret()
        if not self.needs_body:
            self._prove(secret, b"")

    def check_body(self, body: bytes) -> None:
        """``SignatureError`` unless the body is the one that was signed."""
        if self.needs_body:
            self._prove(self._secret(), body)
            return
        declared = "" if self._is_link_of_s3 else self.headers[_HASH]
        is_another = _HEX_HASH.fullmatch(declared) and hashlib.sha256(body).hexdigest() != declared
        if is_another or (declared.startswith(_CHUNKS_ARE_SIGNED) and not self._chunks_match(body)):
            raise SignatureError("SignatureDoesNotMatch", "The body is not the one that was signed")

    @property
    def _is_link_of_s3(self) -> bool:
        return self.presigned and self.claim.service == "s3"

    def _prove(self, secret: str, body: bytes) -> None:
        if self.claim.date_stamp != self.claim.amz_date[:8]:
            raise SignatureError("SignatureDoesNotMatch", "The date of the credential is not that of the request")
        computed = self._computed(secret, body)
        if not hmac.compare_digest(computed.encode(), self.claim.signature.encode()):
            raise SignatureError("SignatureDoesNotMatch", sigv4.SIGNATURE_MISMATCH)

    def _computed(self, secret: str, body: bytes) -> str:
        _, to_sign = sigv4.header_signing_documents(
            self.claim, self.method, self.raw_path, self.query, self.headers, body, presigned=self.presigned
        )
        return str(
            sigv4.calculate_signature(secret, self.claim.date_stamp, self.claim.region, self.claim.service, to_sign)
        )

    def _chunks_match(self, body: bytes) -> bool:
        claim, secret = self.claim, self._secret()
        key = sigv4.derive_signing_key(secret, claim.date_stamp, claim.region, claim.service)
        return bool(sigv4._chunk_signatures_match(body, self._computed(secret, b""), claim, key))

    def _check_expiry(self) -> None:
        try:
            expired = sigv4.presigned_request_is_expired(self.claim.amz_date, self.query["X-Amz-Expires"][0])
        except (KeyError, ValueError, OverflowError):
            expired = True
        if expired:
            raise SignatureError("RequestExpired", "Request has expired")

    def _secret(self) -> str:
        key = self.claim.access_key_id
        token = self.query.get("X-Amz-Security-Token", [""])[0] or self.headers.get("x-amz-security-token", "")
        try:
            account = key if self.is_of_root else evaluator.find_iam_access_key_account(key)
        except evaluator.AmbiguousAccessKeyError:
            unknown = "The security token included in the request is invalid."
            raise SignatureError("UnrecognizedClientException", unknown) from None
        found = evaluator.resolve_credential(key, account or _account_from_sts_session(key), token)
        if isinstance(found, evaluator.CredentialResolutionError):
            raise SignatureError(found.code, found.message)
        return str(found.secret_access_key)


def _check_coverage(claim: sigv4.HeaderSignature, headers: Mapping[str, str]) -> None:
    signed = {*claim.signed_headers.split(";"), "authorization"}
    if left_out := [name for name in headers if _MEANS_SOMETHING.fullmatch(name) and name not in signed]:
        raise _refused(f"The signature leaves out the header {left_out[0]}")


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), sigv4.decode_header_value(value)
        if key in headers and _MEANS_SOMETHING.fullmatch(key):
            # Whoever reads the request next may take the other one.
            raise _refused(f"The request has the header {key} twice")
        # A header on several lines is signed as its values with bare commas between them.
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return headers


def _refused(reason: str) -> SignatureError:
    return SignatureError("UnsupportedSignature", reason)
