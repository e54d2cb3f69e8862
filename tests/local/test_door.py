"""Nobody but the one who started the embedded AWS gets in: no web page, no other user, no forger."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from local.cloud import Cloud, allow, document
from local.strangers import Request, as_nobody, forgers, handshake, header_claim, send, signed, web_pages

from bedrock_batch_local import EmbeddedAws

STRANGERS = dict([*web_pages(), *forgers()])
ACCOUNT = "000000000000"


def on_port(aws: EmbeddedAws, request: Request) -> Request:
    port = str(urlsplit(aws.endpoint_url).port)
    return replace(request, host=request.host.replace("{port}", port) if request.host else request.host)


def what_is_there(aws: EmbeddedAws) -> dict[str, Any]:
    return {
        "roles": [role["RoleName"] for role in aws.client("iam").list_roles()["Roles"]],
        "functions": [function["FunctionName"] for function in aws.client("lambda").list_functions()["Functions"]],
        "buckets": [bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]],
        "jobs": aws.bill().started,
    }


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_refused_and_reads_nothing(closed: EmbeddedAws, name: str) -> None:
    answer = send(closed.endpoint_url, on_port(closed, STRANGERS[name]))

    assert answer.is_refusal, answer
    assert b"prompts" not in answer.body


def test_strangers_leave_nothing_behind(closed: EmbeddedAws) -> None:
    before = what_is_there(closed)

    for request in STRANGERS.values():
        send(closed.endpoint_url, on_port(closed, request))

    assert what_is_there(closed) == before == {"roles": [], "functions": [], "buckets": ["prompts"], "jobs": 0}


def test_another_user_of_the_machine_is_refused(closed: EmbeddedAws) -> None:
    before = what_is_there(closed)

    statuses = as_nobody(closed.endpoint_url, [on_port(closed, request) for request in STRANGERS.values()])

    assert set(statuses) <= {400, 401, 403}
    assert what_is_there(closed) == before


@pytest.mark.parametrize("origin", [None, "https://evil.example"])
def test_no_web_socket_is_opened(closed: EmbeddedAws, origin: str | None) -> None:
    assert handshake(closed.endpoint_url, origin).startswith(b"HTTP/1.1 403")


def test_not_even_a_good_signature_helps_a_name_that_was_rebound(closed: EmbeddedAws) -> None:
    port = urlsplit(closed.endpoint_url).port
    rebound = f"evil.example:{port}"
    good = signed(f"http://{rebound}", Request("GET", "/model-invocation-jobs"), ACCOUNT, closed.secret, "bedrock")

    assert send(closed.endpoint_url, replace(good, host=rebound)).status == 403


@pytest.mark.parametrize("page", ["/_ministack/config", "/_ministack/health", "/_localstack/health"])
def test_not_even_a_good_signature_opens_the_pages_of_ministack(closed: EmbeddedAws, page: str) -> None:
    good = signed(closed.endpoint_url, Request("GET", page), ACCOUNT, closed.secret, "bedrock")

    assert send(closed.endpoint_url, good).status == 403


@pytest.mark.parametrize("header", [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")])
def test_not_even_a_good_signature_helps_a_web_page(closed: EmbeddedAws, header: tuple[str, str]) -> None:
    request = Request("GET", "/model-invocation-jobs")
    good = signed(closed.endpoint_url, request, ACCOUNT, closed.secret, "bedrock")

    assert send(closed.endpoint_url, good).status == 200
    assert send(closed.endpoint_url, replace(good, headers=(*good.headers, header))).status == 403


def test_what_nobody_has_signed_yet_is_bounded_for_all_requests_together(closed: EmbeddedAws) -> None:
    address = urlsplit(closed.endpoint_url)
    name, value = header_claim("lambda")
    lines = [
        "POST /2015-03-31/functions HTTP/1.1",
        f"Host: {address.netloc}",
        f"{name}: {value}",
        f"X-Amz-Date: {datetime.now(UTC):%Y%m%dT%H%M%SZ}",
        f"Content-Length: {100 << 20}",
    ]
    with (
        socket.create_connection((address.hostname, address.port), timeout=30) as first,
        socket.create_connection((address.hostname, address.port), timeout=30) as second,
    ):
        for connection in (first, second):
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
        # Neither is too large by itself, and neither comes to its end.
        first.sendall(b"0" * (70 << 20))
        with contextlib.suppress(ConnectionError):
            second.sendall(b"0" * (70 << 20))
        assert second.recv(1024).startswith(b"HTTP/1.1 413")
    assert closed.client("sts").get_caller_identity()["Account"] == ACCOUNT


def test_no_second_listener_is_opened(ready: Cloud) -> None:
    """A function of a custom runtime would be served by a socket of its own, before which no door stands."""
    role = ready.role(trust=document(LAMBDA_MAY_ASSUME))
    function = ready.function("#!/bin/sh\n", role, runtime="provided.al2023")

    answer = ready.client("lambda").invoke(FunctionName=function)

    assert "FunctionError" in answer
    assert b"listens on one port only" in answer["Payload"].read()


def test_the_pages_of_the_server_are_not_for_users_and_roles(closed: EmbeddedAws) -> None:
    iam = closed.client("iam")
    iam.create_user(UserName="clockmaker")
    iam.attach_user_policy(UserName="clockmaker", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    key = iam.create_access_key(UserName="clockmaker")["AccessKey"]
    plain = Request("GET", "/_bedrock-batch/bill")
    mine = signed(closed.endpoint_url, plain, key["AccessKeyId"], key["SecretAccessKey"], "bedrock")

    assert send(closed.endpoint_url, mine).is_refusal
    assert (
        send(closed.endpoint_url, signed(closed.endpoint_url, plain, ACCOUNT, closed.secret, "bedrock")).status == 200
    )
    iam.delete_access_key(UserName="clockmaker", AccessKeyId=key["AccessKeyId"])
    iam.detach_user_policy(UserName="clockmaker", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.delete_user(UserName="clockmaker")


def test_answers_let_no_web_page_read_them(closed: EmbeddedAws) -> None:
    s3 = closed.client("s3")
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
    s3.put_bucket_cors(Bucket="prompts", CORSConfiguration={"CORSRules": [rule]})
    answers = [
        s3.list_objects_v2(Bucket="prompts"),
        closed.client("sts").get_caller_identity(),
        closed.client("bedrock").list_model_invocation_jobs(),
        closed.client("lambda").list_functions(),
    ]

    for answer in answers:
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        assert [name for name in headers if name.lower().startswith("access-control-")] == []


class TestSecret:
    def test_it_is_another_at_each_start(self, closed: EmbeddedAws, aws: EmbeddedAws) -> None:
        assert closed.secret != aws.secret
        assert len(closed.secret) == 40

    def test_no_other_user_can_read_it(self, closed: EmbeddedAws) -> None:
        process = Path(f"/proc/{closed._process.pid}")

        assert closed.secret.encode() not in (process / "cmdline").read_bytes()
        assert stat.S_IMODE(closed.folder.stat().st_mode) == 0o700

    def test_those_of_functions_cannot_be_made_from_their_names(self, ready: Cloud) -> None:
        role = ready.role(allow("s3:*"), trust=document(LAMBDA_MAY_ASSUME))
        function = ready.function("def handler(event, context):\n    return 1\n", role)
        ready.client("lambda").invoke(FunctionName=function)
        arn = ready.client("lambda").get_function(FunctionName=function)["Configuration"]["FunctionArn"]

        digest = hashlib.sha256(f"{arn}:{role}".encode()).hexdigest()
        guessed = {
            "AccessKeyId": f"ASIA{digest[:16].upper()}",
            "SecretAccessKey": hashlib.sha256(f"secret:{digest}".encode()).hexdigest(),
            "SessionToken": hashlib.sha256(f"token:{digest}".encode()).hexdigest(),
        }

        with pytest.raises(ClientError):
            ready.aws.client("s3", account=ready.account, credentials=guessed).list_buckets()


LAMBDA_MAY_ASSUME = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
ANSWER = """
import http.client, json
from urllib.parse import urlsplit
def put(url, path, body):
    connection = http.client.HTTPConnection(url.hostname, url.port)
    connection.request("PUT", path, body, {"Content-Type": ""})
    return connection.getresponse().status
def handler(event, context):
    url = urlsplit(event["ResponseURL"])
    other = put(url, url.path[:-12] + "0" * 12, "{}")
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer.update(Status="SUCCESS", PhysicalResourceId="x", Data={"Other": str(other)})
    put(url, url.path, json.dumps(answer))
"""


def test_cloudformation_hears_its_custom_resources_at_their_own_address_alone(ready: Cloud) -> None:
    function = ready.function(ANSWER, ready.role(trust=document(LAMBDA_MAY_ASSUME)))
    arn = ready.client("lambda").get_function(FunctionName=function)["Configuration"]["FunctionArn"]
    resource = {"Type": "Custom::Thing", "Properties": {"ServiceToken": arn, "ServiceTimeout": "30"}}
    template = {
        "Resources": {"Thing": resource},
        "Outputs": {"Other": {"Value": {"Fn::GetAtt": ["Thing", "Other"]}}},
    }
    formation = ready.client("cloudformation")

    formation.create_stack(StackName="custom", TemplateBody=json.dumps(template))
    formation.get_waiter("stack_create_complete").wait(StackName="custom", WaiterConfig={"Delay": 1})

    (stack,) = formation.describe_stacks(StackName="custom")["Stacks"]
    assert stack["Outputs"][0]["OutputValue"] == "403"
