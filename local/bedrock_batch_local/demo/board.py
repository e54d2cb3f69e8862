"""Shows the progress of several jobs on a terminal: one bar for each job. Without a terminal it prints plain lines."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, TextIO

_BAR = 28


class Board:
    """Shows jobs under their labels, as GetModelInvocationJob returns them."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        """If ``stream`` is a terminal, it is redrawn in place. Otherwise only changes are printed."""
        self._stream = stream
        self._in_place = stream.isatty()
        self._shown: dict[str, str] = {}
        self._drawn = 0

    def show(self, jobs: Mapping[str, Mapping[str, Any]]) -> None:
        """Draw the present state of all jobs."""
        width = max(map(len, jobs), default=0)
        lines = {label: f"  {label:<{width}}  {line(job)}" for label, job in jobs.items()}
        if self._in_place:
            self._stream.write(f"\x1b[{self._drawn}F\x1b[J" if self._drawn else "")
            self._stream.write("".join(text + "\n" for text in lines.values()))
            self._drawn = len(lines)
        else:
            for label, job in jobs.items():
                key = f"{job['status']} {quarter(job)}"
                if self._shown.get(label) != key:
                    self._stream.write(lines[label] + "\n")
                    self._shown[label] = key
        self._stream.flush()


def line(job: Mapping[str, Any]) -> str:
    """Bar, counters and status of one job."""
    done, total = job.get("processedRecordCount", 0), job.get("totalRecordCount", 0)
    filled = _BAR * done // total if total else 0
    counter = f"{done}/{total}" if total else "-"
    return f"[{'#' * filled}{'.' * (_BAR - filled)}] {counter:>11}  {job['status']}"


def quarter(job: Mapping[str, Any]) -> int:
    """How many quarters of a job's records are processed."""
    total = job.get("totalRecordCount", 0)
    return 4 * int(job.get("processedRecordCount", 0)) // int(total) if total else 0
