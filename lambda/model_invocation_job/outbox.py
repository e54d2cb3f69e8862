"""Sends the one response of an invocation, from the work or from the watchdog."""

import threading
from collections.abc import Callable

from model_invocation_job.core.answer import Answer
from model_invocation_job.core.errors import DeliveryError, RefusedDeliveryError
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.io.log import log


class Outbox:
    """Sends one response. `closed` is true as soon as it is being sent."""

    def __init__(self, event: ResourceEvent, put: Callable[[bytes], None]) -> None:
        """`put` delivers the encoded response."""
        self._event = event
        self._put = put
        self._lock = threading.Lock()
        self.closed = False

    def send(self, answer: Answer) -> None:
        """Send the response, unless one was sent before.

        :raises DeliveryError: the response could not be delivered.
        """
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
        """As `send`, in the watchdog's thread, where nothing catches an exception."""
        try:
            self.send(answer)
        except DeliveryError as error:
            log("answer not delivered", reason=str(error))
