"""The door of the server: it decides who gets in, before MiniStack or anything else sees a request.

Loopback keeps other machines out, but not web pages in a browser on this machine, and not its other users. So every
request must be signed with a key that this server knows, and must not come from a browser. The one exception is a
custom resource's response to CloudFormation: it is not signed, and its address is a secret.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from bedrock_batch_local.emulator import application, refusals, response_addresses
from bedrock_batch_local.emulator.signing import SignatureError
from bedrock_batch_local.iam.signatures import Signature
from bedrock_batch_local.server import admin
from bedrock_batch_local.server.http import (
    Application,
    BodyTooLargeError,
    HttpScope,
    Message,
    Receive,
    Send,
    answer,
    read_body,
    replay,
)

# The limit for all request bodies together whose signer is not known yet. The largest one of an SDK is the code of a
# function, 50 MB in base64.
_UNPROVEN_BYTES = 128 << 20
# The largest object in one request to S3.
_LARGEST_BODY = 5 << 30
_CORS = b"access-control-"


class Door:
    """An ASGI application in front of ``inside``. It is served at ``endpoint_url``."""

    def __init__(self, inside: Application, endpoint_url: str) -> None:
        self._inside = inside
        port = urlsplit(endpoint_url).port
        self._hosts = {f"{name}:{port}".encode() for name in ("127.0.0.1", "localhost")}
        self._unproven = 0

    async def __call__(self, scope: HttpScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._inside(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._admit(scope, receive, _without_cors(send))

    async def _admit(self, scope: HttpScope, receive: Receive, send: Send) -> None:
        if reason := self._strange(scope):
            await answer(send, 403, {"message": reason})
            return
        try:
            if _is_response_to_cloudformation(scope):
                receive = replay(await read_body(receive), receive)
            else:
                receive = await self._signed(scope, receive)
        except SignatureError as error:
            await _refuse(scope, send, error)
        except BodyTooLargeError:
            await answer(send, 413, {"message": "the request body is too large"})
        else:
            await self._inside(scope, receive, send)

    def _strange(self, scope: HttpScope) -> str:
        """Why a request cannot come from an SDK on this machine, whatever its signature. Empty if it can."""
        if _values(scope, b"host") not in [[host] for host in self._hosts]:
            return "the Host header does not name this server"
        if _values(scope, b"origin") or any(site != b"none" for site in _values(scope, b"sec-fetch-site")):
            return "requests of web pages are refused"
        if application.is_maintenance(scope["path"]) and not _is_response_to_cloudformation(scope):
            return "this page is closed"
        return ""

    async def _signed(self, scope: HttpScope, receive: Receive) -> Receive:
        signature = Signature.of(scope)
        if scope["path"].startswith(admin.PREFIX) and not signature.is_of_root:
            raise SignatureError("UnrecognizedClientException", "These pages are for the root of an account.")
        signature.check_signer()
        if signature.needs_body:
            body = await self._unproven_body(receive)
        else:
            body = await read_body(receive, _LARGEST_BODY)
        signature.check_body(body)
        return replay(body, receive)

    async def _unproven_body(self, receive: Receive) -> bytes:
        """A body that must be read before it is known whether its sender is allowed."""
        counted = 0

        async def counting() -> Message:
            nonlocal counted
            message = await receive()
            length = len(message.get("body", b""))
            counted += length
            self._unproven += length
            if self._unproven > _UNPROVEN_BYTES:
                raise BodyTooLargeError
            return message

        try:
            return await read_body(counting, _LARGEST_BODY)
        finally:
            self._unproven -= counted


def _is_response_to_cloudformation(scope: HttpScope) -> bool:
    return scope["method"] == "PUT" and response_addresses.is_awaited(scope["path"])


def _values(scope: HttpScope, name: bytes) -> list[bytes]:
    return [value.lower() for key, value in scope["headers"] if key.lower() == name]


def _without_cors(send: Send) -> Send:
    async def send_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if not name.lower().startswith(_CORS)]
            message = {**message, "headers": kept}
        await send(message)

    return send_on


async def _refuse(scope: HttpScope, send: Send, error: SignatureError) -> None:
    """Respond in the form of the called service, so that an SDK shows the reason."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    answer = refusals.answer_to(scope["method"], scope["path"], headers, error.code, error.message)
    fields = {**answer.headers, "content-length": str(len(answer.body))}
    encoded = [(name.encode(), value.encode()) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    await send({"type": "http.response.body", "body": answer.body if scope["method"] != "HEAD" else b""})
