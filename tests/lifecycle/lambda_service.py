"""Lambda: at least one delivery of each event, two more tries after a failure, and an end to every run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handler.runtime import Context
from handler.world import own_stack
from lifecycle.request import Request
from lifecycle.simulation import Entry, KilledError, Process
from model_invocation_job.core.errors import DeliveryError
from model_invocation_job.invocation import Invocation

if TYPE_CHECKING:
    from lifecycle.universe import Universe

FUNCTION_SECONDS = 900.0
RETRIES = (60.0, 120.0)
# What Lambda keeps an event for when the function does not say otherwise.
LONGEST_EVENT_AGE = 6 * 3600.0


@dataclass
class Attempt:
    """One run of the function on one delivery of an event."""

    request: Request
    number: int
    calls: list[str] = field(default_factory=list)


class LambdaService:
    """The service that runs the handler; `attempts` are its runs, by the process that each of them is."""

    def __init__(self, universe: "Universe") -> None:
        self._universe = universe
        self.attempts: dict[Process, Attempt] = {}

    def current(self) -> Attempt | None:
        """The run that holds the baton, `None` outside of all."""
        process = Process.holder()
        return None if process is None else self.attempts.get(process)

    def take(self, request: Request, delay: float) -> None:
        """Take an event on, to be delivered after so many seconds."""
        request.deliveries += 1
        accepted = self._universe.clock.now()
        self._universe.agenda.after(delay, lambda: self._invoke(request, 1, accepted))

    def _invoke(self, request: Request, number: int, accepted: float) -> None:
        universe = self._universe
        oldest = universe.quirks.max_event_age_seconds
        if universe.clock.now() - accepted > (LONGEST_EVENT_AGE if oldest is None else oldest):
            request.lost += 1
            return
        end = universe.clock.now() + FUNCTION_SECONDS

        def on_end(error: BaseException | None) -> None:
            timer.cancelled = True
            if error is None:
                return
            if number <= len(RETRIES):
                universe.agenda.after(RETRIES[number - 1], lambda: self._invoke(request, number + 1, accepted))
            elif isinstance(error, KilledError | DeliveryError):
                request.lost += 1

        def body() -> None:
            own = own_stack(request.event["StackId"])
            Invocation(universe, own, universe).run(
                request.event, Context(lambda: int((end - universe.clock.now()) * 1000))
            )

        process = Process(universe.agenda, body, on_end)
        self.attempts[process] = Attempt(request, number)
        timer = universe.agenda.after(FUNCTION_SECONDS, process.kill)
        process.resume()

    def watchdog(self, seconds: float, on_expiry: Callable[[], None]) -> "SimulatedWatchdog":
        """What stands for the handler's own timer."""
        return SimulatedWatchdog(self, self.attempts[Process.current()], seconds, on_expiry)

    def strike_later(self, attempt: Attempt, seconds: float, on_expiry: Callable[[], None]) -> Entry:
        """Let something happen in a process of its own, as a timer's thread would."""

        def strike() -> None:
            process = Process(self._universe.agenda, on_expiry, lambda _error: None)
            self.attempts[process] = Attempt(attempt.request, attempt.number)
            process.resume()

        return self._universe.agenda.after(seconds, strike)


class SimulatedWatchdog:
    """The handler's watchdog in simulated time."""

    def __init__(self, service: LambdaService, attempt: Attempt, seconds: float, on_expiry: Callable[[], None]) -> None:
        self._begin: Callable[[], Entry] = lambda: service.strike_later(attempt, seconds, on_expiry)

    def __enter__(self) -> "SimulatedWatchdog":
        self._entry = self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._entry.cancelled = True
