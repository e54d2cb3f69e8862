"""What ends a command: one sentence and an exit code."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Final, NoReturn


class Exit(IntEnum):
    """The exit codes of all commands."""

    GOOD = 0
    """The command did what it was asked for."""
    NOT_GOOD = 1
    """`check` found errors, a job of `watch` did not end well or is held, or the question of `stop` was not answered
    with yes."""
    USAGE = 2
    """The command line is wrong, or a package is not installed."""
    NOT_FOUND = 3
    """There is no such stack, job or bucket."""
    NOT_ENDED = 4
    """The job has not ended."""
    AWS = 5
    """AWS refused a call or cannot be reached."""
    FILE = 6
    """A file on this machine, or standard output, cannot be written."""
    UNEXPECTED = 7
    """An error of this program."""
    APP = 9
    """The CDK app failed, or its assembly cannot be read."""
    PAID = 10
    """`plan`: a deployment starts a paid job."""
    ABOVE = 11
    """`plan`: what is declared, or what starts, may exceed a ceiling."""
    HUNG_UP = 129
    """SIGHUP: the terminal has gone."""
    INTERRUPTED = 130
    """Ctrl-C."""
    CLOSED_PIPE = 141
    """The reader of the output has gone, such as `head`."""
    TERMINATED = 143
    """SIGTERM."""


class Failure(Exception):  # noqa: N818 - it is the message of a command
    """Ends a command. The text is one sentence and holds nothing of a record."""

    def __init__(self, text: str, code: Exit) -> None:
        """Say what happened."""
        super().__init__(text)
        self.code = code


class Signalled(KeyboardInterrupt):
    """A signal that ends the command. As with Ctrl-C, what is open is closed before."""

    def __init__(self, code: Exit) -> None:
        """Keep the exit code."""
        super().__init__()
        self.code = code


_SIGNALS: Final = {"SIGHUP": Exit.HUNG_UP, "SIGTERM": Exit.TERMINATED}


@contextmanager
def signals() -> Iterator[None]:
    """Raise `Signalled` for signals that would end the process at once. One that is ignored, as by nohup, stays so."""

    def end(number: int, _: object) -> NoReturn:
        raise Signalled(_SIGNALS[signal.Signals(number).name])

    known = [number for name in _SIGNALS if (number := getattr(signal, name, None)) is not None]
    changed = []
    for number in known:
        if signal.getsignal(number) == signal.SIG_DFL:
            try:
                signal.signal(number, end)
            except ValueError:
                break  # only the main thread may; a program that calls `main` in another one has its own
            changed.append(number)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)
