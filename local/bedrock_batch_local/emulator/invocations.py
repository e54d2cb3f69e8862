"""Asynchronous invocations of functions: two retries in simulated time, then the destination or dead-letter queue.

They differ from MiniStack's own in two ways: the server knows when they have ended, and their pauses follow its clock.
"""

from __future__ import annotations

import contextvars
import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ministack.core.arn import parse_arn
from ministack.core.responses import request_scope
from ministack.services import lambda_svc

from bedrock_batch_local.emulator import moment, queues, rights

logger = logging.getLogger(__name__)

_RETRIES = 2
_AGE_SECONDS = 6 * 3600
# One minute before the second attempt, two before the third (developer guide of Lambda, "Asynchronous invocation").
_PAUSE_SECONDS = 60.0
# Of the error in a dead letter.
_LONGEST_MESSAGE = 1000
_ACTIONS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction"}


@dataclass
class Invocation:
    """One event for one function. ``begun`` is in seconds since the epoch, ``attempts`` those that failed."""

    function_arn: str
    event: Any
    begun: float
    attempts: int = 0


@dataclass(frozen=True)
class _Function:
    """MiniStack's record of a function, as it is at one attempt."""

    record: Mapping[str, Any]
    config: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.config["FunctionName"])

    @property
    def settings(self) -> Mapping[str, Any]:
        """Its ``EventInvokeConfig``, empty if it has none."""
        several = self.record.get("event_invoke_configs") or {}
        return self.record.get("event_invoke_config") or several.get("$LATEST") or {}


class Invocations:
    """The invocations that run or wait for a retry."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self._waiting: list[tuple[float, Invocation]] = []

    def invoke(self, function_arn: str, event: Any) -> None:
        """Invoke a function and do not wait for it."""
        self._start(Invocation(function_arn, event, moment.now()))

    def next_due(self, _now: float) -> float | None:
        with self._lock:
            return min((due for due, _ in self._waiting), default=None)

    def tick(self, now: float) -> None:
        with self._lock:
            due = [invocation for at, invocation in self._waiting if at <= now]
            self._waiting = [waiting for waiting in self._waiting if waiting[0] > now]
        for invocation in due:
            self._start(invocation)

    def busy(self) -> bool:
        return self._running > 0

    def _start(self, invocation: Invocation) -> None:
        with self._lock:
            self._running += 1
        run = contextvars.copy_context().run
        threading.Thread(target=run, args=(self._run, invocation), name="invocation", daemon=True).start()

    def _run(self, invocation: Invocation) -> None:
        try:
            scope = parse_arn(invocation.function_arn)
            with request_scope(scope.account_id, scope.region):
                self._attempt(invocation)
        except Exception:
            logger.exception("the invocation of %s ended", invocation.function_arn)
        finally:
            with self._lock:
                self._running -= 1

    def _attempt(self, invocation: Invocation) -> None:
        record, config, _ = lambda_svc._get_func_record_for_ref(invocation.function_arn)
        if not record or not config:
            logger.error("an event for %s was dropped: the function does not exist", invocation.function_arn)
            return
        function = _Function(record, config)
        result: Mapping[str, Any] = {"throttle": True}
        # MiniStack looks at the reserved concurrency of functions in containers only.
        if record.get("concurrency") != 0:
            execution = lambda_svc._execution_record_for_config(record, config)
            result = lambda_svc._execute_function_with_config_scope(execution, invocation.event)
        throttled = bool(result.get("throttle"))
        failed = throttled or bool(result.get("error"))
        lambda_svc._emit_lambda_metrics(function.name, 0.0, failed and not throttled, throttled)
        if failed:
            self._again(invocation, function, result, throttled)

    def _again(self, invocation: Invocation, function: _Function, result: Mapping[str, Any], throttled: bool) -> None:
        now = moment.now()
        # A throttled event waits in Lambda's own queue: that is no attempt.
        invocation.attempts += not throttled
        pause = _PAUSE_SECONDS * max(1, invocation.attempts)
        retries = function.settings.get("MaximumRetryAttempts", _RETRIES)
        age = function.settings.get("MaximumEventAgeInSeconds", _AGE_SECONDS)
        if invocation.attempts > int(retries) or now + pause - invocation.begun > int(age):
            _bury(invocation, function, result)
            return
        with self._lock:
            self._waiting.append((now + pause, invocation))


def _bury(invocation: Invocation, function: _Function, result: Mapping[str, Any]) -> None:
    """Send what failed to the function's destination for failures, or to its dead-letter queue."""
    on_failure = (function.settings.get("DestinationConfig") or {}).get("OnFailure") or {}
    destination = str(on_failure.get("Destination") or "")
    letters = str((function.config.get("DeadLetterConfig") or {}).get("TargetArn") or "")
    target = destination or letters
    service = parse_arn(target).service if target else ""
    role = str(function.config.get("Role"))
    if service not in _ACTIONS or not rights.role_allowed(role, _ACTIONS[service], target):
        logger.error("an event of %s was dropped after %d attempts", function.name, invocation.attempts)
    elif service == "sqs" and not destination:
        # A dead letter is the event alone. A destination also gets what is known of the failure.
        if queues.policy_of(target) is not None:
            message = str((result.get("body") or {}).get("errorMessage", ""))
            attributes = {"ErrorCode": "200", "ErrorMessage": message[:_LONGEST_MESSAGE]}
            queues.send(target, json.dumps(invocation.event), attributes)
    else:
        lambda_svc._route_async_failure(target, function.name, invocation.event, result)


# One process has one of MiniStack's Lambda.
LINE = Invocations()
