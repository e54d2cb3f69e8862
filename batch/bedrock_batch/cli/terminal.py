"""Where a command writes to: standard output and standard error, for people or as JSON."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TextIO

from bedrock_batch.cli.failure import Failure

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


@dataclass
class Terminal:
    """Writes what a command shows."""

    as_json: bool = False
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)

    def show(self, text: str = "") -> None:
        """A line for people."""
        if not self.as_json:
            print(harmless(text), file=self.out, flush=True)

    def note(self, text: str) -> None:
        """A line beside the result."""
        if not self.as_json:
            print(harmless(text), file=self.err, flush=True)

    def give(self, members: Mapping[str, Any], *, beside: bool = False) -> None:
        """The one JSON object of a command.

        :param beside: to standard error, since standard output has the rows.
        """
        if self.as_json:
            print(_json(members), file=self.err if beside else self.out, flush=True)

    def fail(self, failure: Failure) -> None:
        """The sentence of a failure."""
        if self.as_json:
            print(_json({"error": {"message": str(failure), "exitCode": failure.code}}), file=self.err, flush=True)
        else:
            print(harmless(f"bedrock-batch: {failure}"), file=self.err, flush=True)


def _json(members: Mapping[str, Any]) -> str:
    return json.dumps({"schemaVersion": SCHEMA_VERSION, **members}, default=_time)


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))
