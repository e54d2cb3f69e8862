"""How fast a job is, and how long it takes."""

from dataclasses import dataclass


@dataclass
class Pace:
    """The records of a job that are processed, since it was first looked at."""

    _start: tuple[float, int] | None = None
    _last: tuple[float, int] | None = None

    def add(self, seconds: float, processed: int) -> None:
        """Note how many records are processed at a time."""
        self._last = (seconds, processed)
        if self._start is None or not processed:
            self._start = self._last

    @property
    def per_minute(self) -> float | None:
        """Records a minute; None if none was seen to be processed."""
        if self._start is None or self._last is None:
            return None
        seconds, records = self._last[0] - self._start[0], self._last[1] - self._start[1]
        return records / seconds * 60 if seconds > 0 and records > 0 else None

    def minutes_left(self, total: int) -> float | None:
        """Until all records are processed; None if that is not known."""
        speed = self.per_minute
        return None if speed is None or self._last is None else max(total - self._last[1], 0) / speed
