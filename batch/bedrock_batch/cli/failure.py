"""What ends a command: one sentence and an exit code."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of all commands."""

    GOOD = 0
    """The command did what it was asked for."""
    NOT_GOOD = 1
    """`check` found errors, a job of `watch` did not end well, or the question of `stop` was not answered with yes."""
    USAGE = 2
    """The command line is wrong, or a package is not installed."""
    NOT_FOUND = 3
    """There is no such stack, job or bucket."""
    NOT_ENDED = 4
    """The job has not ended."""
    AWS = 5
    """AWS refused a call or cannot be reached."""
    FILE = 6
    """A file on this machine cannot be written."""
    INTERRUPTED = 130
    """Ctrl-C."""
    CLOSED_PIPE = 141
    """The reader of the output has gone, such as `head`."""


class Failure(Exception):  # noqa: N818 - it is the message of a command
    """Ends a command. The text is one sentence and holds nothing of a record."""

    def __init__(self, text: str, code: Exit) -> None:
        """Say what happened."""
        super().__init__(text)
        self.code = code
