"""Signature Version 4 as MiniStack reads and computes it, and the secrets of access keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ministack.core import iam_evaluator as evaluator
from ministack.core import sigv4
from ministack.core.responses import _account_from_sts_session
from ministack.core.router import extract_access_key_id

MISMATCH: str = sigv4.SIGNATURE_MISMATCH


class SignatureError(Exception):
    """A request without a known signature. ``code`` is one of MiniStack's names for such failures."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Request:
    """The parts of a request that its signature covers, without the body. ``presigned`` has it in the query."""

    method: str
    raw_path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    presigned: bool

    @property
    def named_key(self) -> str:
        """The access key that MiniStack takes for the caller. Empty if there is none."""
        return str(extract_access_key_id(dict(self.headers), self.query) or "")


@dataclass(frozen=True)
class Claim:
    """What a request says of its signature. ``date`` is the date of the credential, ``time`` that of the request."""

    access_key: str
    date: str
    time: str
    service: str
    signed_headers: frozenset[str]
    signature: str
    _parts: sigv4.HeaderSignature

    @classmethod
    def of(cls, request: Request) -> Claim:
        """The claim of a request. ``SignatureError`` if a part is missing."""
        if request.presigned:
            parts = sigv4.parse_query_signature(request.query)
        else:
            parts = sigv4.parse_header_signature(request.headers)
        if isinstance(parts, tuple):
            raise SignatureError(*parts)
        signed = frozenset(parts.signed_headers.split(";"))
        return cls(parts.access_key_id, parts.date_stamp, parts.amz_date, parts.service, signed, parts.signature, parts)

    def check_time(self) -> None:
        """``SignatureError`` if the request was signed too long ago, or in the future."""
        if skewed := sigv4.request_time_failure(self._parts):
            raise SignatureError(*skewed)

    def has_expired(self, seconds: str) -> bool:
        """Whether a presigned link has expired. ``ValueError`` if it does not say when it expires."""
        return bool(sigv4.presigned_request_is_expired(self.time, seconds))

    def computed(self, secret: str, request: Request, body: bytes) -> str:
        """The signature of the request if ``secret`` signed it."""
        _, to_sign = sigv4.header_signing_documents(
            self._parts,
            request.method,
            request.raw_path,
            request.query,
            request.headers,
            body,
            presigned=request.presigned,
        )
        return str(sigv4.calculate_signature(secret, self.date, self._parts.region, self.service, to_sign))

    def chunks_match(self, secret: str, signature: str, body: bytes) -> bool:
        """Whether each chunk of ``body`` is signed. The first one continues the request's own ``signature``."""
        key = sigv4.derive_signing_key(secret, self.date, self._parts.region, self.service)
        return bool(sigv4._chunk_signatures_match(body, signature, self._parts, key))


def header_value(raw: bytes) -> str:
    """The text of a header in the signed form."""
    return str(sigv4.decode_header_value(raw))


def secret_of(access_key: str, token: str, *, is_root: bool) -> str:
    """The secret of an access key. ``SignatureError`` if there is no such key with this session token.

    The access key of a root is the number of its account.
    """
    try:
        account = access_key if is_root else evaluator.find_iam_access_key_account(access_key)
    except evaluator.AmbiguousAccessKeyError:
        unknown = "The security token included in the request is invalid."
        raise SignatureError("UnrecognizedClientException", unknown) from None
    found = evaluator.resolve_credential(access_key, account or _account_from_sts_session(access_key), token)
    if isinstance(found, evaluator.CredentialResolutionError):
        raise SignatureError(found.code, found.message)
    return str(found.secret_access_key)
