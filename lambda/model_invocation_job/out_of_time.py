"""The response if the function's time runs out while a call hangs."""

import threading
from collections.abc import Callable

from model_invocation_job.core.errors import OutOfTimeError
from model_invocation_job.core.event import RequestType, ResourceEvent
from model_invocation_job.core.progress import Progress

# The watchdog responds this long before Lambda ends the function. The work itself ends a little earlier.
WATCHDOG_RESERVE_SECONDS = 15.0
WORK_RESERVE_SECONDS = 25.0


class Watchdog:
    """Calls back from its own thread when the time is over, since a call may hang in a socket."""

    def __init__(self, seconds: float, on_expiry: Callable[[], None]) -> None:
        """`seconds` from entering the context."""
        self._timer = threading.Timer(seconds, on_expiry)
        self._timer.daemon = True

    def __enter__(self) -> "Watchdog":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def out_of_time(event: ResourceEvent, progress: Progress) -> OutOfTimeError:
    """The response when the time is over."""
    if event.request_type is RequestType.DELETE:
        return OutOfTimeError("AWS did not answer in time. The job may be running and billing; delete again")
    if not (progress.job_name or progress.is_repeated):
        return OutOfTimeError(f"{progress.step} was not answered in time, and nothing was started. Deploy again")
    return OutOfTimeError(
        "AWS did not answer in time. A job may have been accepted meanwhile:"
        " a rollback finds it by its name and stops it, and deploying the same again takes it"
    )
