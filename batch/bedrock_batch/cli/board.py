"""Shows jobs while they run: a table on a terminal, else a line for each change."""

import os
import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from bedrock_batch.cli.facts import progress_of
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.cli.pace import Pace
from bedrock_batch.cli.terminal import Terminal, harmless

_BAR = 28
_NARROWEST = 60


class Board(Protocol):
    """What `watch` shows jobs on."""

    def opened(self) -> AbstractContextManager[object]:
        """The time in which it is on the screen."""

    def show(self, jobs: Sequence[FoundJob], paces: Sequence[Pace]) -> None:
        """Show the jobs as they are now."""

    def lose(self, text: str) -> None:
        """Say why a job is not shown any more."""


class PlainBoard:
    """Prints a line for each job whose status has changed, or that has done one more tenth of its records."""

    def __init__(self, terminal: Terminal) -> None:
        """Print nothing yet."""
        self._terminal = terminal
        self._shown: dict[str, tuple[str, int]] = {}

    def opened(self) -> AbstractContextManager[object]:
        """Lines need nothing to be opened."""
        return nullcontext()

    def show(self, jobs: Sequence[FoundJob], _paces: Sequence[Pace]) -> None:
        """Print what has changed."""
        for job in jobs:
            done, total = job.count("processedRecordCount") or 0, job.count("totalRecordCount") or 0
            state = (job.status, 10 * done // total if total else 0)
            if self._shown.get(job.arn) != state:
                self._shown[job.arn] = state
                self._terminal.show(f"{job.label}: {job.status}, {progress_of(job)}")

    def lose(self, text: str) -> None:
        """Print it beside the lines."""
        self._terminal.note(text)


class LiveBoard:
    """A table that is drawn again in place, by rich."""

    def __init__(self, rich: Any) -> None:
        """Draw nothing yet. `rich` has the modules `live`, `progress_bar` and `table`."""
        self._rich = rich
        self._live = rich.live.Live(auto_refresh=False, transient=True)

    def opened(self) -> AbstractContextManager[object]:
        """The table is gone afterwards: the end of each job is shown in its place."""
        live: AbstractContextManager[object] = self._live
        return live

    def show(self, jobs: Sequence[FoundJob], paces: Sequence[Pace]) -> None:
        """Draw the table."""
        table = self._rich.table.Table(box=None, pad_edge=False)
        for name in ("job", "status", "", "records", "errors", "a minute", "left"):
            table.add_column(name, justify="right" if name in ("records", "errors", "a minute", "left") else "left")
        for job, pace in zip(jobs, paces, strict=True):
            done, total = job.count("processedRecordCount") or 0, job.count("totalRecordCount") or 0
            bar = self._rich.progress_bar.ProgressBar(total=total or 1, completed=done, width=_BAR)
            table.add_row(*cells(job)[:2], bar, *cells(job)[2:], *speed(job, pace))
        self._live.update(table, refresh=True)

    def lose(self, text: str) -> None:
        """Print it above the table."""
        self._live.console.print(harmless(text), markup=False, highlight=False)


def cells(job: FoundJob) -> tuple[str, str, str, str]:
    """Name, status, records and errors of a job."""
    done, total = job.count("processedRecordCount"), job.count("totalRecordCount")
    records = f"{done or 0:,}/{total:,}" if total else "-"
    errors = job.count("errorRecordCount")
    # rich reads what stands in square brackets.
    return harmless(job.label).replace("[", r"\["), job.status, records, "-" if errors is None else f"{errors:,}"


def speed(job: FoundJob, pace: Pace) -> tuple[str, str]:
    """Records a minute and time left of a job."""
    if job.has_ended or pace.per_minute is None:
        return "-", "-"
    left = pace.minutes_left(job.count("totalRecordCount") or 0)
    return f"{pace.per_minute:,.0f}", "-" if left is None else duration(left)


def duration(minutes: float) -> str:
    """`5 s`, `12 min` or `3 h 05 min`."""
    if minutes < 1:
        return f"{minutes * 60:.0f} s"
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest:02} min" if hours else f"{rest} min"


def _is_plain() -> bool:
    """Whether a terminal cannot draw a table again, or is too narrow for one."""
    return os.environ.get("TERM") == "dumb" or shutil.get_terminal_size().columns < _NARROWEST


def board_of(terminal: Terminal) -> Board:
    """The table if standard output is a terminal and rich is installed, else lines."""
    if terminal.as_json or terminal.out is None or not terminal.out.isatty() or _is_plain():
        return PlainBoard(terminal)
    try:
        import rich.live  # noqa: PLC0415 - an extra, for terminals only
        import rich.progress_bar  # noqa: PLC0415 - as above
        import rich.table  # noqa: PLC0415 - as above
    except ModuleNotFoundError:
        return PlainBoard(terminal)
    return LiveBoard(rich)
