"""The one answer of an invocation, whichever of the work and the watchdog comes first."""

import threading
from collections.abc import Callable

from model_invocation_job.core.answer import Answer
from model_invocation_job.core.errors import DeliveryError, RefusedDeliveryError
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.io.log import log


class Outbox:
    """Sends one answer; `closed` once it is on its way."""

    def __init__(self, event: ResourceEvent, put: Callable[[bytes], None]) -> None:
        """`put` hands the encoded answer over."""
        self._event = event
        self._put = put
        self._lock = threading.Lock()
        self.closed = False

    def send(self, answer: Answer) -> None:
        """Send the answer, unless one was sent before.

        Raises:
            DeliveryError: it could not be delivered.
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
        """As `send`, from the watchdog's thread, where nothing could catch an exception."""
        try:
            self.send(answer)
        except DeliveryError as error:
            log("answer not delivered", reason=str(error))
