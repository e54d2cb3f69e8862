"""One invocation of the function: one event in, exactly one answer out."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from model_invocation_job.answer import Answer
from model_invocation_job.bedrock import CLEANUP_IAM_PATIENCE_SECONDS, Jobs, Started
from model_invocation_job.clients import Clients
from model_invocation_job.deadline import Clock, Deadline, SystemClock, Watchdog
from model_invocation_job.delivery import DeliveryError, RefusedDeliveryError, deliver
from model_invocation_job.event import MalformedEventError, RequestType, ResourceEvent
from model_invocation_job.failure import answer_of_failure
from model_invocation_job.gate import Gate
from model_invocation_job.identity import ResourceIdentity
from model_invocation_job.log import log
from model_invocation_job.own_stack import ForeignEventError, OwnStack
from model_invocation_job.reconcile import Reconciler
from model_invocation_job.refusal import OutOfTimeError, RefusedError
from model_invocation_job.removal import Remover
from model_invocation_job.retries import IAM_PATIENCE_SECONDS
from model_invocation_job.rollback import Rollback
from model_invocation_job.stack import StackWatch
from model_invocation_job.starting import LEAST_SECONDS_TO_START, Starter
from model_invocation_job.stopping import StillRunningError, Stopper

# The watchdog answers this long before Lambda ends the function; work itself ends a little earlier.
_WATCHDOG_RESERVE_SECONDS = 15.0
_WORK_RESERVE_SECONDS = 25.0
_DEFAULT_SERVICE_TIMEOUT = 3600
# The clocks of Lambda and CloudFormation may differ; between the two bounds the stack's own state decides.
_STALE_MARGIN = timedelta(minutes=15)
# Lambda delivers an event again a minute after a failure.
_FIRST_DELIVERY = timedelta(seconds=20)

Deliver = Callable[[str, bytes, Callable[[float], None]], None]


class Invocation:
    """Turns an event into an answer and hands it over; tests replace the clients, the clock and the delivery."""

    def __init__(
        self, clients: Clients, own: OwnStack, clock: Clock | None = None, deliver_answer: Deliver = deliver
    ) -> None:
        """`own` is the only stack that is served; `deliver_answer` takes the address, the body and a way to wait."""
        self._clients = clients
        self._own = own
        self._clock = clock or SystemClock()
        self._deliver = deliver_answer

    def run(self, raw_event: Mapping[str, Any], context: Any) -> None:
        """Handle one event.

        Raises:
            DeliveryError: CloudFormation could not be told, so that Lambda delivers the event again.
            StillRunningError: CloudFormation was told, but a job that should be stopped is not. It may no longer
                listen, so Lambda delivers the event again: the stack does not go forward then, so that delivery starts
                nothing, and stops the job unless it may be on record.
        """
        try:
            self._own.check_event(raw_event)
            event = ResourceEvent.parse(raw_event)
            self._own.check_address(event.response_url)
        except (ForeignEventError, MalformedEventError) as error:
            # CloudFormation waits for no answer to such an event, so nothing may be started either.
            log("event refused", reason=str(error))
            return
        age = event.age(self._clock.now())
        started = Started(is_repeated=age is not None and age > _FIRST_DELIVERY)
        outbox = _Outbox(event, lambda body: self._deliver(event.response_url, body, self._clock.sleep))
        time_left = context.get_remaining_time_in_millis() / 1000
        failure: Exception | None = None
        with Watchdog(
            max(0.1, time_left - _WATCHDOG_RESERVE_SECONDS), lambda: outbox.send_late(_out_of_time(event, started))
        ):
            try:
                answer = self._reconcile(event, context, outbox, started)
            except Exception as error:  # every failure must reach CloudFormation, or the stack hangs for an hour
                failure = error
                answer = answer_of_failure(event, error, started)
        outbox.send(answer)
        if isinstance(failure, StillRunningError):
            raise failure

    def _reconcile(self, event: ResourceEvent, context: Any, outbox: "_Outbox", started: Started) -> Answer:
        log("request", request_type=event.request_type.value, logical_id=event.logical_id, stack_id=event.stack_id)
        is_delete = event.request_type is RequestType.DELETE
        age = event.age(self._clock.now())
        if not is_delete and age is not None and age > _service_timeout(event) + _STALE_MARGIN:
            raise RefusedError("the request came too late to be answered, so nothing was started")
        deadline = Deadline.of_invocation(self._clock, context, _WORK_RESERVE_SECONDS)
        iam_seconds = CLEANUP_IAM_PATIENCE_SECONDS if is_delete else IAM_PATIENCE_SECONDS
        jobs = Jobs(self._clients.bedrock, deadline, iam_seconds, started)
        stopper = Stopper(jobs, deadline)
        stack = StackWatch(self._clients, event, deadline)
        resource = ResourceIdentity(event.stack_id, event.logical_id)
        if is_delete:
            return Remover(event, resource, jobs, stopper, stack).delete()

        def may_still_start() -> bool:
            return not outbox.closed and deadline.remaining() >= LEAST_SECONDS_TO_START

        starter = Starter(event, jobs, stopper, stack, deadline, may_still_start)
        gate = Gate(jobs, deadline)
        rollback = Rollback(event, resource, jobs, stopper)
        reconciler = Reconciler(event, resource, jobs, starter, stopper, rollback, gate, stack)
        return reconciler.create() if event.request_type is RequestType.CREATE else reconciler.update()


class _Outbox:
    """Sends one answer, whichever of the work and the watchdog comes first."""

    def __init__(self, event: ResourceEvent, put: Callable[[bytes], None]) -> None:
        self._event = event
        self._put = put
        self._lock = threading.Lock()
        self.closed = False

    def send(self, answer: Answer) -> None:
        with self._lock:
            if self.closed:
                log("answer not sent, the time was up", status=answer.status.value)
                return
            self.closed = True
        try:
            self._put(answer.encode(self._event))
        except RefusedDeliveryError as error:
            log("answer refused", reason=str(error))
            return
        log("answered", status=answer.status.value, physical_id=answer.physical_id)

    def send_late(self, answer: Answer) -> None:
        """As `send`, from the watchdog's thread, where nobody could catch an exception."""
        try:
            self.send(answer)
        except DeliveryError as error:
            log("answer not delivered", reason=str(error))


def _service_timeout(event: ResourceEvent) -> timedelta:
    text = str(event.properties.get("ServiceTimeout", ""))
    return timedelta(seconds=int(text) if text.isascii() and text.isdigit() else _DEFAULT_SERVICE_TIMEOUT)


def _out_of_time(event: ResourceEvent, started: Started) -> Answer:
    if event.request_type is RequestType.DELETE:
        error = OutOfTimeError("AWS did not answer in time. The job may be running and billing; delete again")
    else:
        error = OutOfTimeError(
            "AWS did not answer in time. A job may have been accepted meanwhile:"
            " a rollback finds it by its name and stops it, and deploying the same again takes it"
        )
    return answer_of_failure(event, error, started)
