"""Events in simulated time, and processes of which exactly one runs at a time: a history is a list of choices."""

import heapq
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from bedrock_batch_local.engine.clock import ManualClock

Task = Generator[Callable[[], bool], None, None]


class KilledError(BaseException):
    """The end of a Lambda environment: nothing in the handler may catch it."""


@dataclass(order=True)
class Entry:
    """Something that happens at a moment, unless it is cancelled before."""

    at: float
    order: int
    action: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)


class Agenda:
    """What is to happen, in the order of time; tasks go on as soon as what they wait for is true."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self._entries: list[Entry] = []
        self._tasks: list[tuple[Callable[[], bool], Task]] = []
        self._order = 0

    def after(self, seconds: float, action: Callable[[], None]) -> Entry:
        """Let an action happen later."""
        self._order += 1
        entry = Entry(self.clock.now() + seconds, self._order, action)
        heapq.heappush(self._entries, entry)
        return entry

    def begin(self, task: Task) -> None:
        """Run a task up to what it waits for first."""
        self._go_on(task)

    def run(self, until: Callable[[], bool] = lambda: False, seconds: float = float("inf")) -> None:
        """Let things happen until something is true, the time is over or nothing is left."""
        end = self.clock.now() + seconds
        while not until():
            while self._entries and self._entries[0].cancelled:
                heapq.heappop(self._entries)
            if not self._entries or self._entries[0].at > end:
                break
            entry = heapq.heappop(self._entries)
            self.clock.advance(max(0.0, entry.at - self.clock.now()))
            entry.action()
            self._poll()
        if seconds != float("inf"):
            self.clock.advance(max(0.0, end - self.clock.now()))

    @property
    def busy(self) -> bool:
        """Whether anything is still to happen."""
        return bool(self._tasks) or any(not entry.cancelled for entry in self._entries)

    def _poll(self) -> None:
        ready = [waiting for waiting in self._tasks if waiting[0]()]
        while ready:
            self._tasks = [waiting for waiting in self._tasks if waiting not in ready]
            for _, task in ready:
                self._go_on(task)
            ready = [waiting for waiting in self._tasks if waiting[0]()]

    def _go_on(self, task: Task) -> None:
        for condition in task:
            if not condition():
                self._tasks.append((condition, task))
                return


class Process:
    """Code in a thread of its own that runs only while it holds the baton."""

    _current = threading.local()

    def __init__(
        self, agenda: Agenda, body: Callable[[], None], on_end: Callable[[BaseException | None], None]
    ) -> None:
        self._agenda = agenda
        self._body = body
        self._on_end = on_end
        self._turn = threading.Semaphore(0)
        self._back = threading.Semaphore(0)
        self._error: BaseException | None = None
        self._wake: Entry | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._killed = False
        self.ended = False

    @classmethod
    def current(cls) -> "Process":
        """The process that holds the baton."""
        process: Process = cls._current.process
        return process

    @classmethod
    def holder(cls) -> "Process | None":
        """The process that holds the baton, `None` outside of all."""
        return getattr(cls._current, "process", None)

    def resume(self) -> None:
        """Hand the baton over and wait until it comes back."""
        if self.ended:
            return
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._turn.release()
        self._back.acquire()
        if self.ended:
            self._on_end(self._error)

    def pause(self, seconds: float) -> None:
        """Give the baton back for a while; called by the process itself."""
        self._wake = self._agenda.after(seconds, self.resume)
        self._back.release()
        self._turn.acquire()
        if self._killed:
            raise KilledError

    def kill(self) -> None:
        """End it where it is."""
        if not self.ended:
            self._killed = True
            if self._wake is not None:
                self._wake.cancelled = True
            self.resume()

    def _run(self) -> None:
        Process._current.process = self
        try:
            self._body()
        except BaseException as error:  # a killed process ends here, and its error is what its owner looks at
            self._error = error
        self.ended = True
        self._back.release()
