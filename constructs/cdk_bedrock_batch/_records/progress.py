"""Shows how far the reading of a file is."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from bedrock_batch.texts import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PATIENCE_SECONDS: Final = 2.0
_BETWEEN_SECONDS: Final = 0.2
_CELLS: Final = 20
_NAME: Final = 30
# Moves to the first column and clears the line.
_CLEAR: Final = "\r\x1b[K"


@contextmanager
def progress_of(
    name: str, size: int, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[int], None] | None]:
    """Gives what `records.read_records` calls while it reads, or None if no terminal shows standard error.

    After two seconds it writes one line, which it rewrites, and removes at the end.

    :param name: of the file.
    :param size: of the file, in bytes.
    """
    terminal = sys.stderr
    if terminal is None or not terminal.isatty():
        yield None
        return
    next_at = clock() + _PATIENCE_SECONDS
    is_shown = False
    # A name may hold what a terminal obeys, and the line must not be longer than a terminal is wide.
    shown_name = shown(name)[:_NAME]

    def show(read: int) -> None:
        nonlocal next_at, is_shown
        if clock() < next_at:
            return
        next_at, is_shown = clock() + _BETWEEN_SECONDS, True
        full = min(_CELLS, _CELLS * read // max(size, 1))
        bar = "#" * full + "-" * (_CELLS - full)
        terminal.write(f"{_CLEAR}[{bar}] {read // 10**6:,} of {size // 10**6:,} MB of {shown_name}")
        terminal.flush()

    try:
        yield show
    finally:
        if is_shown:
            terminal.write(_CLEAR)
            terminal.flush()
