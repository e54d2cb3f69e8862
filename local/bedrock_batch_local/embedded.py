"""The embedded AWS as a child process, for tests and the demo."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import urlencode

import bedrock_batch
from bedrock_batch_local import sdk
from bedrock_batch_local.callers import DEFAULT_ACCOUNT, DEFAULT_REGION, Endpoint
from bedrock_batch_local.engine.bill import Bill
from bedrock_batch_local.settings import DEFAULT_SPEED, Settings, Started

# The packages of the child. In a checkout each has a root of its own.
_ROOTS = [str(Path(package).parents[1]) for package in (__file__, bedrock_batch.__file__)]
_START_SECONDS = 30.0
_STOP_SECONDS = 5.0
_ADMIN_SECONDS = 120.0


class StartError(RuntimeError):
    """The server did not start. The text has its last output."""


class EmbeddedAws:
    """A running embedded AWS. Close it, or use it in a ``with`` statement."""

    def __init__(self, process: subprocess.Popen[str], started: Started) -> None:
        self.endpoint_url = started.endpoint_url
        self.secret = started.secret
        self.folder = Path(started.folder)
        self._endpoint = Endpoint(started.endpoint_url, started.secret)
        self._process = process

    @classmethod
    def start(
        cls,
        *,
        port: int = 0,
        speed: float = DEFAULT_SPEED,
        manual_clock: bool = False,
        inference_url: str | None = None,
        inference_model: str | None = None,
        copy_seconds: float = 0.0,
        quirks: Mapping[str, Any] | None = None,
        pacing: Mapping[str, float] | None = None,
        log: Path | None = None,
    ) -> Self:
        """Start the server and wait until it responds (one to three seconds).

        * ``port``: 0 (default) is a free one.
        * ``speed``: simulated seconds per second (default: 120).
        * ``manual_clock``: the time stands still until ``advance`` is called (default: no).
        * ``inference_url``, ``inference_model``: an OpenAI-compatible endpoint (default: deterministic answers).
        * ``copy_seconds``: how long a copy inside S3 takes (default: 0).
        * ``quirks``: fields of ``Quirks`` in JSON form, for a service that behaves otherwise than seen (default: none).
        * ``pacing``: fields of ``Pacing``, simulated seconds per phase of a job (default: 120 records take 12.5
          minutes).
        * ``log``: a file for the server's output (default: none).

        ``StartError`` with the server's output if it does not start.
        """
        settings = Settings(
            port, speed, manual_clock, inference_url, inference_model, copy_seconds, quirks or {}, pacing or {}
        )
        with log.open("a+") if log else tempfile.TemporaryFile("w+") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "bedrock_batch_local.server.child", settings.to_json()],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(_ROOTS)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                # Ctrl-C in a terminal reaches a whole process group. The parent decides when its server ends.
                start_new_session=True,
            )
            started = _started(process)
            if started is None:
                process.kill()
                process.communicate()
                raise StartError(f"the embedded AWS did not start: {_last_words(output)}")
        return cls(process, started)

    def environment(self, account: str = DEFAULT_ACCOUNT, region: str = DEFAULT_REGION) -> dict[str, str]:
        """A complete environment for a child process (cdk, aws, anything with an SDK) in one account and Region."""
        return self._endpoint.environment(os.environ, account, region)

    def client(
        self,
        service: str,
        account: str = DEFAULT_ACCOUNT,
        region: str = DEFAULT_REGION,
        credentials: Mapping[str, Any] | None = None,
    ) -> Any:
        """A boto3 client; ``credentials`` as STS or IAM hand them out (default: the account's root)."""
        return self._endpoint.client(service, account, region, credentials)

    def bill(self, account: str | None = None, region: str | None = None) -> Bill:
        """The numbers of jobs that were really started and stopped, in one account and Region or in all."""
        query = {name: value for name, value in (("account", account), ("region", region)) if value}
        return Bill(**self._admin("bill?" + urlencode(query)))

    def now(self) -> str:
        """The simulated time in ISO 8601, in UTC."""
        return str(self._admin("clock")["now"])

    def advance(self, seconds: float) -> None:
        """Move the clock forward, by simulated seconds. Returns when all work that became due is done.

        Schedules of rules have fired, and functions that events and schedules invoke have ended.
        """
        self._admin("clock", {"advanceSeconds": seconds})

    def set_speed(self, speed: float) -> None:
        """Simulated seconds per second, from now on. A manual clock has no speed."""
        self._admin("clock", {"speed": speed})

    def set_event_faults(self, **faults: float) -> None:
        """What goes wrong with events from now on, of all accounts: each call replaces the faults that it names.

        * ``dropped``: so many next state change events are never sent.
        * ``doubled``: so many next ones after those are sent twice.
        * ``lag_seconds``: simulated seconds from a change to its event.
        * ``throttled``: so many next calls of targets of rules are refused, and retried later.

        All are 0 at the start, unless ``quirks`` say otherwise.
        """
        self._admin("event-faults", faults)

    def close(self) -> None:
        """End the server and all processes that it started."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        # The server removes its folder itself, unless it was killed.
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _admin(self, page: str, wish: Mapping[str, float] | None = None) -> dict[str, Any]:
        url = f"{self.endpoint_url}/_bedrock-batch/{page}"
        body = json.dumps(wish).encode() if wish is not None else None
        headers = sdk.signed("POST" if body else "GET", url, body, self._endpoint.keys(), DEFAULT_REGION)
        request = urllib.request.Request(url, body, headers)  # noqa: S310  (loopback)
        # Requests to loopback must not go through a user's proxy.
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=_ADMIN_SECONDS) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


def _started(process: subprocess.Popen[str]) -> Started | None:
    """The line that the server writes when it is ready. ``None`` if it ended or took too long."""
    assert process.stdout  # noqa: S101  (it was asked for as a pipe)
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        readable, _, _ = select.select([process.stdout], [], [], 0.2)
        if readable:
            line = process.stdout.readline()
            return Started.from_json(line) if line else None
    return None


def _last_words(output: IO[str]) -> str:
    output.seek(0)
    return "\n".join(output.read().splitlines()[-15:])
