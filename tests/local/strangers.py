"""Requests of those who have no business with the embedded AWS: web pages, other users, forgers."""

from __future__ import annotations

import http.client
import json
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

NOBODY = 65534
Header = tuple[str, str]
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire; ``{host}`` in a header becomes the server's own address."""

    method: str = "GET"
    target: str = "/"
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    host: str | None = "{host}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_refusal(self) -> bool:
        """Whether nothing was done, and no page of another origin may read why."""
        return self.status in (400, 401, 403) and not any(name.startswith("access-control-") for name in self.headers)


def send(endpoint_url: str, request: Request) -> Answer:
    """Send it as it is: no client library adds or corrects anything."""
    address = urlsplit(endpoint_url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    try:
        connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        if request.host is not None:
            connection.putheader("Host", request.host.format(host=address.netloc))
        for name, value in request.headers:
            connection.putheader(name, value.replace("{host}", address.netloc))
        connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body)
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def as_nobody(endpoint_url: str, requests: list[Request]) -> list[int]:
    """The statuses of requests that another process sends, as another user where the machine allows that."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            os.write(writing, json.dumps([send(endpoint_url, request).status for request in requests]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        found: list[int] = json.loads(pipe.read())
    os.waitpid(child, 0)
    return found


def signed(endpoint_url: str, request: Request, access_key: str, secret: str, service: str, **more: Any) -> Request:
    """The same request, signed in its header; ``token`` for temporary credentials."""
    whole = AWSRequest(
        request.method, endpoint_url + request.target, headers=dict(request.headers), data=request.body or b""
    )
    SigV4Auth(Credentials(access_key, secret, more.get("token")), service, "us-east-1").add_auth(whole)
    return replace(request, headers=tuple(whole.headers.items()))


def form(action: str, **members: str) -> bytes:
    return urlencode({"Action": action, "Version": "2010-05-08", **members}).encode()


def claim(service: str, account: str = "000000000000") -> str:
    """A query that claims to be signed by the root of an account."""
    today = datetime.now(UTC)
    return urlencode(
        {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{account}/{today:%Y%m%d}/us-east-1/{service}/aws4_request",
            "X-Amz-Date": f"{today:%Y%m%dT%H%M%SZ}",
            "X-Amz-Expires": "900",
            "X-Amz-SignedHeaders": "host",
            "X-Amz-Signature": "00",
        }
    )


def header_claim(
    service: str, access_key: str = "000000000000", algorithm: str = "AWS4-HMAC-SHA256"
) -> tuple[str, str]:
    scope = f"{datetime.now(UTC):%Y%m%d}/us-east-1/{service}/aws4_request"
    return "Authorization", f"{algorithm} Credential={access_key}/{scope}, SignedHeaders=host;x-amz-date, Signature=00"


FORM = ("Content-Type", "application/x-www-form-urlencoded")
CREATE_ROLE = form("CreateRole", RoleName="intruder", AssumeRolePolicyDocument=json.dumps(TRUST))
ASSUME = form("AssumeRole", RoleArn="arn:aws:iam::000000000000:role/intruder", RoleSessionName="x")
FUNCTION = json.dumps(
    {
        "FunctionName": "intruder",
        "Runtime": "python3.13",
        "Role": "arn:aws:iam::000000000000:role/intruder",
        "Handler": "index.handler",
        "Code": {"ZipFile": ""},
    }
).encode()


def web_pages() -> Iterator[tuple[str, Request]]:
    """What a page that the developer has open can make a browser send."""
    for origin in ("https://evil.example", "null", "http://{host}", "http://localhost:3000"):
        yield (
            f"preflight from {origin}",
            Request("OPTIONS", "/", (("Origin", origin), ("Access-Control-Request-Method", "PUT"))),
        )
        yield f"read from {origin}", Request("GET", "/model-invocation-jobs", (("Origin", origin),))
    for site in ("cross-site", "same-site", "same-origin"):
        yield f"navigation, {site}", Request("GET", "/", (("Sec-Fetch-Site", site),))
    for host in (
        "evil.example:{port}",
        "evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1",
        "bucket.localhost:{port}",
        "",
    ):
        yield f"host {host}", Request("GET", "/_bedrock-batch/bill", host=host)
    yield "no host in a rebound name", Request("GET", "/model-invocation-jobs", host="rebound.example:{port}")
    yield "form, role", Request("POST", f"/?{claim('iam')}", (FORM,), CREATE_ROLE)
    yield "form, session", Request("POST", f"/?{claim('sts')}", (FORM,), ASSUME)
    yield "form, function", Request("POST", f"/2015-03-31/functions?{claim('lambda')}", (FORM,), FUNCTION)
    yield (
        "form, invocation",
        Request("POST", f"/2015-03-31/functions/intruder/invocations?{claim('lambda')}", (FORM,), b"{}"),
    )
    yield "link, objects", Request("GET", f"/prompts/?{claim('s3')}")
    yield (
        "upload form of S3",
        Request("POST", "/prompts", (("Content-Type", "multipart/form-data; boundary=x"),), b"--x--"),
    )


def forgers() -> Iterator[tuple[str, Request]]:
    """What a program of another user can send."""
    date = ("X-Amz-Date", f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    for service, target, body in (
        ("iam", "/", CREATE_ROLE),
        ("lambda", "/2015-03-31/functions", FUNCTION),
        ("bedrock", "/model-invocation-job", b"{}"),
        ("s3", "/intruder", b""),
        ("cloudformation", "/", form("ListStacks")),
    ):
        method = "PUT" if service == "s3" else "POST"
        yield f"{service} with a made-up signature", Request(method, target, (header_claim(service), date, FORM), body)
        yield f"{service} without any", Request(method, target, (FORM,), body)
    role = Request("POST", "/", (date, FORM), CREATE_ROLE)
    for key in ("test", "", "AKIAIOSFODNN7EXAMPLE", "0000000000000", "00000000000"):
        yield f"access key {key!r}", replace(role, headers=(header_claim("iam", key), *role.headers))
    for algorithm in ("AWS4-MADE-UP", "Bearer", "AWS4-ECDSA-P256-SHA256", "aws4-hmac-sha256"):
        yield (
            f"algorithm {algorithm}",
            Request("POST", "/", (header_claim("iam", algorithm=algorithm), date), CREATE_ROLE),
        )
    yield "version 2 of the signature", Request("GET", "/prompts/", (("Authorization", "AWS 000000000000:AAAA"), date))
    yield (
        "version 2 in the query",
        Request("GET", "/prompts/?AWSAccessKeyId=000000000000&Signature=AA&Expires=9999999999"),
    )
    yield "lower-case query", Request("GET", f"/prompts/?{claim('s3').lower()}")
    for page in ("health", "config", "reset", "cfn-signal/00000000-0000-0000-0000-000000000000"):
        for owner in ("_ministack", "_localstack"):
            yield (
                f"page /{owner}/{page}",
                Request("PUT" if "signal" in page else "POST", f"/{owner}/{page}", body=b"{}"),
            )
    yield "health", Request("GET", "/health")
    yield "the bill", Request("GET", "/_bedrock-batch/bill")
    yield "the clock", Request("POST", "/_bedrock-batch/clock", body=b'{"advanceSeconds": 1}')
    yield (
        "answer to an address that CloudFormation did not make",
        Request("PUT", "/_ministack/cfn-response/00000000-0000-4000-8000-000000000000", body=b"{}"),
    )


def handshake(endpoint_url: str, origin: str | None) -> bytes:
    """The first line that a WebSocket handshake is answered with."""
    address = urlsplit(endpoint_url)
    lines = [
        "GET / HTTP/1.1",
        f"Host: {address.netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        *([f"Origin: {origin}"] if origin else []),
    ]
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return connection.recv(1024).split(b"\r\n", 1)[0]
