"""One invocation of the function: one event, exactly one response."""

import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import PurePath
from typing import Any

from bedrock_batch.errors import BedrockBatchError
from model_invocation_job.core.answer import Answer
from model_invocation_job.core.errors import (
    ForeignEventError,
    MalformedEventError,
    RefusedError,
    StillRunningError,
)
from model_invocation_job.core.event import RequestType, ResourceEvent
from model_invocation_job.core.failure import answer_of_failure
from model_invocation_job.core.limits import CLEANUP_IAM_PATIENCE_SECONDS, IAM_PATIENCE_SECONDS
from model_invocation_job.core.own_stack import OwnStack
from model_invocation_job.core.progress import Progress
from model_invocation_job.io.bedrock import Jobs
from model_invocation_job.io.clients import Clients
from model_invocation_job.io.deadline import Clock, Deadline, SystemClock
from model_invocation_job.io.delivery import deliver
from model_invocation_job.io.log import log
from model_invocation_job.io.objects import Objects
from model_invocation_job.io.stack import StackWatch
from model_invocation_job.operations.create import create
from model_invocation_job.operations.delete import delete
from model_invocation_job.operations.session import Session
from model_invocation_job.operations.update import update
from model_invocation_job.out_of_time import WATCHDOG_RESERVE_SECONDS, WORK_RESERVE_SECONDS, Watchdog, out_of_time
from model_invocation_job.outbox import Outbox

_DEFAULT_SERVICE_TIMEOUT = 3600
# Clocks may differ, so a request is refused for its age only this long after its service timeout. Until then the
# stack's own state decides.
_STALE_MARGIN = timedelta(minutes=15)
# Lambda retries an event one minute after a failure.
_FIRST_DELIVERY = timedelta(seconds=20)
_OWN_PACKAGES = {"model_invocation_job", "bedrock_batch"}
_OPERATIONS = {RequestType.CREATE: create, RequestType.UPDATE: update, RequestType.DELETE: delete}

Deliver = Callable[[str, bytes, Callable[[float], None]], None]


class Invocation:
    """Handles an event and sends the response. Tests replace the clients, the clock and the delivery."""

    def __init__(
        self, clients: Clients, own: OwnStack, clock: Clock | None = None, deliver_answer: Deliver = deliver
    ) -> None:
        """`own` is the stack that is served. `deliver_answer` takes the address, the body and a function that waits."""
        self._clients = clients
        self._own = own
        self._clock = clock or SystemClock()
        self._deliver = deliver_answer

    def run(self, raw_event: Mapping[str, Any], context: Any) -> None:
        """Handle one event.

        :raises DeliveryError: CloudFormation did not get the response. Lambda then retries the event.
        :raises StillRunningError: CloudFormation got the response, but a job that should be stopped still runs, and
            CloudFormation may no longer wait. Lambda then retries the event. The stack does not go forward any
            more, so the retry starts nothing. It tries the Stop again, unless the job may be on record.
        """
        try:
            self._own.check_event(raw_event)
            event = ResourceEvent.parse(raw_event)
            self._own.check_address(event.response_url)
        except (ForeignEventError, MalformedEventError) as error:
            # CloudFormation waits for no response to such an event, so nothing may start.
            log("event refused", reason=str(error))
            return
        age = event.age(self._clock.now())
        progress = Progress(is_repeated=age is not None and age > _FIRST_DELIVERY)
        log_group = str(getattr(context, "log_group_name", "of the function"))
        outbox = Outbox(event, lambda body: self._deliver(event.response_url, body, self._clock.sleep))

        def failed(error: Exception) -> Answer:
            answer = answer_of_failure(event, error, progress, log_group)
            log("request failed", request_type=event.request_type.value, error=_name_of(error), reason=answer.reason)
            return answer

        failure: Exception | None = None
        time_left = context.get_remaining_time_in_millis() / 1000
        with Watchdog(
            max(0.1, time_left - WATCHDOG_RESERVE_SECONDS),
            lambda: outbox.send_late(failed(out_of_time(event, progress))),
        ):
            try:
                answer = self._handle(event, context, outbox, progress)
            except Exception as error:  # every failure must reach CloudFormation, or the stack hangs for an hour
                _log_unexpected(event, error, progress)
                failure, answer = error, failed(error)
        outbox.send(answer)
        if isinstance(failure, StillRunningError):
            raise failure

    def _handle(self, event: ResourceEvent, context: Any, outbox: Outbox, progress: Progress) -> Answer:
        log("request", request_type=event.request_type.value, logical_id=event.logical_id, stack_id=event.stack_id)
        is_delete = event.request_type is RequestType.DELETE
        age = event.age(self._clock.now())
        if not is_delete and age is not None and age > _service_timeout(event) + _STALE_MARGIN:
            raise RefusedError("the request came too late to be answered, so nothing was started")
        deadline = Deadline.of_invocation(self._clock, context, WORK_RESERVE_SECONDS)
        iam_seconds = CLEANUP_IAM_PATIENCE_SECONDS if is_delete else IAM_PATIENCE_SECONDS
        jobs = Jobs(self._clients.bedrock, deadline, progress, iam_seconds)
        objects = Objects(self._clients, progress)
        stack = StackWatch(self._clients, event.stack_id, deadline, progress)
        session = Session(event, jobs, objects, stack, deadline, progress, lambda: outbox.closed, self._clock.now)
        return _OPERATIONS[event.request_type](session)


def _service_timeout(event: ResourceEvent) -> timedelta:
    text = str(event.properties.get("ServiceTimeout", ""))
    return timedelta(seconds=int(text) if text.isascii() and text.isdigit() else _DEFAULT_SERVICE_TIMEOUT)


def _name_of(error: Exception) -> str:
    return type(error).__name__


def _log_unexpected(event: ResourceEvent, error: Exception, progress: Progress) -> None:
    """Where an unexpected error was raised: files, lines and functions, without any value."""
    if isinstance(error, BedrockBatchError):
        return
    # The innermost frame is first: it is the most useful, and log values are cut at the end.
    frames = reversed(traceback.extract_tb(error.__traceback__))
    places = [(PurePath(frame.filename), f":{frame.lineno} {frame.name}") for frame in frames]
    log(
        "unexpected error",
        error=_name_of(error),
        request_id=event.request_id,
        step=progress.step,
        places=" < ".join(path.name + place for path, place in places),
        # With a deep SDK call, the SDK's frames may be all that fits.
        own_places=" < ".join(path.name + place for path, place in places if not _OWN_PACKAGES.isdisjoint(path.parts)),
    )
