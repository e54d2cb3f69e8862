"""A page of a proxy in place of an answer: boto3 and the in-process client make the same of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from engine.jobs import client_of, create, request
from engine.proxy import Proxy

from bedrock_batch_local import BatchEngine, InProcessClient, ManualClock
from bedrock_batch_local.engine.faults import Fault, Faults
from bedrock_batch_local.engine.proxy_page import PAGE, ProxyPageError
from handler.cloudformation import StackStates

ARN = "arn:aws:bedrock:eu-west-1:111122223333:model-invocation-job/abcdefghijkl"
CALLS: dict[str, dict[str, Any]] = {
    "create_model_invocation_job": request(),
    "get_model_invocation_job": {"jobIdentifier": ARN},
    "list_model_invocation_jobs": {},
    "stop_model_invocation_job": {"jobIdentifier": ARN},
    "tag_resource": {"resourceARN": ARN, "tags": [{"key": "team", "value": "support"}]},
    "untag_resource": {"resourceARN": ARN, "tagKeys": ["team"]},
    "list_tags_for_resource": {"resourceARN": ARN},
    "describe_stacks": {"StackName": "S"},
}
PAGES = {
    "default": PAGE,
    "well-formed": b"<html><body>Sign in</body></html>",
    "doctype": b"<!DOCTYPE html>\n<html><body>Sign in</body></html>",
    "text": b"Bad gateway",
    "empty": b"",
}
# What the SDK's own repetition adds, and the headers of the server here.
_NOT_OF_THE_ANSWER = ("HTTPHeaders", "MaxAttemptsReached")


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    with Proxy() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def real(proxy: Proxy) -> dict[str, Any]:
    """boto3's clients by method name."""
    clients = {service: proxy.client(service) for service in ("bedrock", "cloudformation")}
    return {call: clients["cloudformation" if call == "describe_stacks" else "bedrock"] for call in CALLS}


def outcome(call: Callable[..., Any], arguments: dict[str, Any]) -> tuple[str, Any]:
    """What a caller gets: the answer of a call or of its error, or the text of any other exception."""
    try:
        answer, kind = call(**arguments), "answer"
    except ClientError as error:
        answer, kind = error.response, f"ClientError of {error.operation_name}"
    except Exception as error:
        return type(error).__name__, str(error)
    for name in _NOT_OF_THE_ANSWER:
        answer["ResponseMetadata"].pop(name, None)
    return kind, answer


def in_process(method: str, fault: Fault) -> Callable[..., Any]:
    """The method of the in-process client that meets a fault."""
    faults = Faults(clock := ManualClock())
    faults.add("".join(part.title() for part in method.split("_")), fault)
    if method == "describe_stacks":
        return StackStates({}, faults, clock.advance).describe_stacks
    found: Callable[..., Any] = getattr(InProcessClient(BatchEngine(clock), faults=faults), method)
    return found


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("status", [200, 302, 403, 407, 429, 500, 502])
@pytest.mark.parametrize("method", CALLS)
def test_boto3_and_the_in_process_client_make_the_same_of_a_page(
    proxy: Proxy, real: dict[str, Any], method: str, status: int, page: str
) -> None:
    proxy.status, proxy.page, proxy.requests = status, PAGES[page], 0
    ours = in_process(method, Fault(ProxyPageError(status, PAGES[page])))

    assert outcome(ours, CALLS[method]) == outcome(getattr(real[method], method), CALLS[method])
    assert proxy.requests == 1


@pytest.mark.parametrize("method", list(CALLS)[:-1])
def test_a_page_with_status_200_looks_like_an_answer_of_bedrock(method: str) -> None:
    page = {"message": PAGE.decode()} if method == "get_model_invocation_job" else {}

    assert in_process(method, Fault("ProxyPage200"))(**CALLS[method]) == page | {
        "ResponseMetadata": {
            "HTTPStatusCode": 200,
            "HTTPHeaders": {"content-type": "text/html"},
            "RetryAttempts": 0,
        }
    }


@pytest.mark.parametrize("method", CALLS)
def test_a_page_with_status_502_has_that_for_its_code(method: str) -> None:
    with pytest.raises(ClientError, match=r"An error occurred \(502\) when calling .* Bad Gateway$"):
        in_process(method, Fault("ProxyPage502"))(**CALLS[method])


def test_a_page_with_status_200_is_no_answer_of_cloudformation() -> None:
    with pytest.raises(ResponseParserError, match="invalid XML received"):
        in_process("describe_stacks", Fault("ProxyPage200"))(**CALLS["describe_stacks"])


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_call_may_have_had_its_effect(engine: BatchEngine, when: str) -> None:
    client = client_of(engine)
    client.fault("create_model_invocation_job", "ProxyPage200", when="after" if when == "after" else "before")

    assert "jobArn" not in client.create_model_invocation_job(**request())
    assert engine.bill().started == (when == "after")
    assert create(client, "nightly-2")
