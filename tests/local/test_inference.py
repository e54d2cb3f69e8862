"""Bodies of the model families, and the endpoint that may answer them. No server is needed here."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bedrock_batch_local.inference.answers import DeterministicModel
from bedrock_batch_local.inference.endpoint import EndpointModel
from bedrock_batch_local.inference.one_record import Answer, Inference

CLAUDE = "anthropic.claude-haiku-4-5-20251001-v1:0"
CLAUDE_BODY = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 300,
    "messages": [{"role": "user", "content": "The espresso machine leaks and smells of burnt rubber"}],
}


def answer(body: dict[str, Any], model_id: str, *, converse: bool = False) -> Answer:
    return Inference(DeterministicModel()).answer(body, model_id, converse=converse)


@pytest.mark.parametrize(
    ("model_id", "body", "text_of"),
    [
        (CLAUDE, CLAUDE_BODY, lambda out: out["content"][0]["text"]),
        (
            "amazon.nova-lite-v1:0",
            {"messages": [{"role": "user", "content": [{"text": "pump seals"}]}]},
            lambda out: out["output"]["message"]["content"][0]["text"],
        ),
        ("amazon.titan-text-express-v1", {"inputText": "pump seals"}, lambda out: out["results"][0]["outputText"]),
        ("meta.llama3-1-8b-instruct-v1:0", {"prompt": "pump seals"}, lambda out: out["generation"]),
        ("mistral.mistral-7b-instruct-v0:2", {"prompt": "pump seals"}, lambda out: out["outputs"][0]["text"]),
        (
            "openai.gpt-oss-20b-1:0",
            {"messages": [{"role": "user", "content": "pump seals"}]},
            lambda out: out["choices"][0]["message"]["content"],
        ),
    ],
    ids=["anthropic", "nova", "titan", "meta", "mistral", "chat"],
)
def test_each_family_answers_in_its_own_body(
    model_id: str, body: dict[str, Any], text_of: Callable[[Any], str]
) -> None:
    result = answer(body, model_id)

    assert result.succeeded
    assert any(topic in text_of(result.output).lower() for topic in ("seals", "pump", "espresso", "machine", "rubber"))
    assert result.input_tokens > 0 < result.output_tokens


def test_converse_has_one_body_for_all_models() -> None:
    output = answer({"messages": [{"role": "user", "content": [{"text": "pump seals"}]}]}, CLAUDE, converse=True).output

    assert output["stopReason"] == "end_turn"
    assert output["usage"]["totalTokens"] == output["usage"]["inputTokens"] + output["usage"]["outputTokens"]
    assert output["metrics"]["latencyMs"] > 0


def test_embeddings_have_the_asked_length_and_follow_the_words() -> None:
    def vector(text: str) -> list[float]:
        body = {"inputText": text, "dimensions": 256}
        found: list[float] = answer(body, "amazon.titan-embed-text-v2:0").output["embedding"]
        return found

    def nearness(one: str, other: str) -> float:
        return sum(a * b for a, b in zip(vector(one), vector(other), strict=True))

    assert len(vector("pump seals")) == 256
    assert nearness("pump seals leak", "pump seals leak") == pytest.approx(1, abs=1e-3)
    assert nearness("pump seals leak", "pump seals drip") > nearness("pump seals leak", "invoices arrive late")


@pytest.mark.parametrize(
    ("model_id", "body", "message"),
    [
        (CLAUDE, {**CLAUDE_BODY, "anthropic_version": None}, "anthropic_version: Field required"),
        (CLAUDE, {**CLAUDE_BODY, "messages": []}, "messages: Field required"),
        (
            CLAUDE,
            {**CLAUDE_BODY, "temperature": 1, "top_p": 1},
            "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
        ),
        (
            "amazon.titan-embed-text-v2:0",
            {"text": "x"},
            "Malformed input request: #: required key [inputText] not found, please reformat your input and try again.",
        ),
    ],
    ids=["version", "messages", "both sampling parameters", "titan"],
)
def test_a_body_that_the_model_refuses_is_an_error_of_this_record(
    model_id: str, body: dict[str, Any], message: str
) -> None:
    result = answer(body, model_id)

    assert result.members() == {"error": {"errorCode": 400, "errorMessage": message}}


def test_the_limit_of_tokens_is_kept_and_told() -> None:
    output = answer({**CLAUDE_BODY, "max_tokens": 5}, CLAUDE).output

    assert output["stop_reason"] == "max_tokens"
    assert output["usage"]["output_tokens"] <= 5


def test_json_is_answered_with_json_that_has_the_asked_keys() -> None:
    system = 'Answer with JSON: "urgency" (low, normal or high) and "next_step" (one sentence for the agent).'
    output = answer({**CLAUDE_BODY, "system": system}, CLAUDE).output
    members = json.loads(output["content"][0]["text"])

    assert members["urgency"] in ("low", "normal", "high")
    assert members["next_step"].endswith(".")


class Endpoint:
    """A chat completion server on loopback; ``statuses`` are given out first, then it answers."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.requests: list[dict[str, Any]] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                endpoint.requests.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                status = endpoint.statuses.pop(0) if endpoint.statuses else 200
                reply = {"choices": [{"message": {"content": "A real answer."}, "finish_reason": "stop"}]}
                body = json.dumps(reply | {"usage": {"prompt_tokens": 11, "completion_tokens": 3}}).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.setattr("bedrock_batch_local.inference.endpoint._PAUSE_SECONDS", 0)
    running = Endpoint()
    yield running
    running.server.shutdown()
    running.server.server_close()


def test_an_endpoint_answers_in_the_bodies_of_bedrock(endpoint: Endpoint) -> None:
    inference = Inference(EndpointModel(endpoint.url, "small"))

    result = inference.answer({**CLAUDE_BODY, "system": "Be brief.", "temperature": 0.5}, CLAUDE, converse=False)

    assert result.output["content"] == [{"type": "text", "text": "A real answer."}]
    assert (result.input_tokens, result.output_tokens) == (11, 3)
    (asked,) = endpoint.requests
    assert (asked["model"], asked["max_tokens"], asked["temperature"]) == ("small", 300, 0.5)
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]


def test_an_endpoint_is_told_the_schema_of_the_answer(endpoint: Endpoint) -> None:
    asked = {"format": {"type": "json_schema", "schema": {"type": "string"}}}

    Inference(EndpointModel(endpoint.url, "small")).answer(
        {**CLAUDE_BODY, "output_config": asked}, CLAUDE, converse=False
    )

    (request,) = endpoint.requests
    assert request["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": {"type": "string"}, "strict": True},
    }


@pytest.mark.parametrize(
    ("statuses", "asked", "error_code"),
    [([503, 429], 3, 0), ([500, 500, 500, 500], 3, 500), ([404], 1, 404)],
    ids=["busy for a moment", "broken", "wrong model"],
)
def test_an_endpoint_is_asked_again_only_if_that_can_help(
    endpoint: Endpoint, statuses: list[int], asked: int, error_code: int
) -> None:
    endpoint.statuses = statuses

    result = Inference(EndpointModel(endpoint.url, "small")).answer(CLAUDE_BODY, CLAUDE, converse=False)

    assert (len(endpoint.requests), result.error_code) == (asked, error_code)


def test_an_endpoint_that_is_away_makes_error_records(endpoint: Endpoint) -> None:
    endpoint.server.server_close()
    away = EndpointModel("http://127.0.0.1:1/v1", "small")

    result = Inference(away).answer(CLAUDE_BODY, CLAUDE, converse=False)

    assert result.members()["error"] == {"errorCode": 503, "errorMessage": "The inference endpoint can not be reached"}


@pytest.mark.parametrize("url", ["ftp://host/v1", "127.0.0.1:11434", "file:///etc"])
def test_an_endpoint_must_be_an_http_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"^inference url must be an http or https address, got "):
        EndpointModel(url, "small")
