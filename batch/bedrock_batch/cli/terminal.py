"""Where a command writes to: standard output and standard error, for people or as JSON."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TextIO

from bedrock_batch.cli.failure import Exit, Failure

SCHEMA_VERSION: Final = 1
# What can move the cursor or turn the direction of the text: texts come from AWS, models and records.
_CONTROLS: Final = {
    code: f"\\u{code:04x}"
    for code in (
        *range(0x20),
        *range(0x7F, 0xA0),
        *range(0x200E, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2066, 0x206A),
    )
    if code not in (0x09, 0x0A)
}


def harmless(text: str) -> str:
    """A text without characters that control a terminal."""
    return text.translate(_CONTROLS)


def give_up(stream: TextIO | None) -> None:
    """Write no more to a standard stream. Python writes what is left when it ends, which would fail again."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # type: ignore[union-attr] # None has none


@contextlib.contextmanager
def writing(stream: TextIO | None) -> Iterator[None]:
    """Turn an error of a standard stream into one sentence.

    :raises Failure: it is closed, or what it writes to is full.
    """
    name = "standard error" if stream is sys.stderr else "standard output"
    if stream is None:
        raise Failure(f"cannot write {name}: it is closed", Exit.FILE)
    try:
        yield
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        give_up(stream)
        raise Failure(f"cannot write {name}: {error.strerror}", Exit.FILE) from None


@dataclass
class Terminal:
    """Writes what a command shows."""

    as_json: bool = False
    out: TextIO | None = field(default_factory=lambda: sys.stdout)
    err: TextIO | None = field(default_factory=lambda: sys.stderr)

    def show(self, text: str = "") -> None:
        """A line for people."""
        if not self.as_json:
            _print(harmless(text), self.out)

    def note(self, text: str) -> None:
        """A line beside the result. Whoever closes standard error wants none."""
        if not self.as_json and self.err is not None:
            _print(harmless(text), self.err)

    def give(self, members: Mapping[str, Any], *, beside: bool = False) -> None:
        """The one JSON object of a command.

        :param beside: to standard error, since standard output has the rows.
        """
        if self.as_json and not (beside and self.err is None):
            _print(_json(members), self.err if beside else self.out)

    def fail(self, failure: Failure) -> None:
        """The sentence of a failure, if it can be written."""
        as_json = {"error": {"message": str(failure), "exitCode": failure.code}}
        text = _json(as_json) if self.as_json else harmless(f"bedrock-batch: {failure}")
        with contextlib.suppress(Failure, OSError):
            _print(text, self.err)

    def flush(self) -> None:
        """Write what is left."""
        if self.out is not None:
            with writing(self.out):
                pass


def _print(text: str, stream: TextIO | None) -> None:
    with writing(stream):
        print(text, file=stream)


def _json(members: Mapping[str, Any]) -> str:
    return json.dumps({"schemaVersion": SCHEMA_VERSION, **members}, default=_time)


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))
