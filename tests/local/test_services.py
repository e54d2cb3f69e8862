"""The server answers some services itself, and one more is an entry in a table: the front is not touched for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

# In a process of its own: importing MiniStack changes the process that does it.
SCRIPT = """
import asyncio, json, sys
from pathlib import Path
from bedrock_batch_local.inference.answers import DeterministicModel
from bedrock_batch_local.server.surroundings import prepare_environment
from bedrock_batch_local.settings import Settings, Started
prepare_environment(Path(sys.argv[1]), 1)
from bedrock_batch_local.server import services
from bedrock_batch_local.server.front import Front
from bedrock_batch_local.server.http import answer

told = {"run": []}

class States:
    def __init__(self, host):
        told["speed"] = host.settings.speed
    def application_for(self, scope):
        ours = any(name == b"authorization" and b"/states/aws4_request" in value for name, value in scope["headers"])
        return self.answer if ours else None
    async def answer(self, scope, receive, send):
        await answer(send, 200, {"stateMachines": []})
    async def run(self):
        told["run"].append("began")
        try:
            await asyncio.sleep(60)
        finally:
            told["run"].append("ended")
    def close(self):
        told["closed"] = True

async def call(front, path, service):
    sent = []
    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}
    async def send(message):
        sent.append(message)
    credential = f"000000000000/20260101/us-east-1/{service}/aws4_request"
    signed = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": [(b"host", b"127.0.0.1"), (b"authorization", signed.encode())], "client": ("127.0.0.1", 1)}
    await front(scope, receive, send)
    start, *bodies = sent
    return [start["status"], b"".join(body["body"] for body in bodies).decode()]

async def main():
    services.SERVICES["states"] = States
    ready = asyncio.Event()
    front = Front(Settings(speed=7.0), DeterministicModel(), Started("http://127.0.0.1:1", "s", sys.argv[1]), ready.set)
    over, live = asyncio.Event(), []
    async def lifespan():
        if not live:
            live.append(1)
            return {"type": "lifespan.startup"}
        await over.wait()
        return {"type": "lifespan.shutdown"}
    async def send(message):
        pass
    living = asyncio.create_task(front({"type": "lifespan"}, lifespan, send))
    await ready.wait()
    told["states"] = await call(front, "/", "states")
    told["bedrock"] = await call(front, "/model-invocation-jobs", "bedrock")
    told["s3"] = await call(front, "/", "s3")
    over.set()
    await living
    await asyncio.sleep(0)
    front.close()
    print(json.dumps(told))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a server with a service ``states`` answers, and what that service heard of it."""
    folder = tmp_path_factory.mktemp("server")
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder)], env=dict(os.environ), capture_output=True, text=True, check=True
    )
    answers: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return answers


def test_a_service_of_the_table_answers_its_requests(told: dict[str, Any]) -> None:
    assert told["states"] == [200, '{"stateMachines": []}']


def test_the_requests_of_other_services_are_answered_as_before(told: dict[str, Any]) -> None:
    assert told["bedrock"] == [200, '{"invocationJobSummaries": []}']
    assert "<ListAllMyBucketsResult" in told["s3"][1]


def test_a_service_runs_as_long_as_the_server(told: dict[str, Any]) -> None:
    assert told["speed"] == 7.0
    assert (told["run"], told["closed"]) == (["began", "ended"], True)
