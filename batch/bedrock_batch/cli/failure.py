"""What ends a command: one sentence and an exit code."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of all commands."""

    GOOD = 0
    NOT_GOOD = 1
    """The command worked, and what it shows is not good: a job or a record has failed."""
    USAGE = 2
    """The command line is wrong."""
    NOT_FOUND = 3
    """There is no such stack, job or file, or it cannot be read."""
    NOT_ENDED = 4
    """The job still runs."""
    AWS = 5
    """AWS refused a call or cannot be reached."""


class Failure(Exception):  # noqa: N818 - it is the message of a command
    """Ends a command. The text is one sentence and holds nothing of a record."""

    def __init__(self, text: str, code: Exit) -> None:
        """Say what happened."""
        super().__init__(text)
        self.code = code
