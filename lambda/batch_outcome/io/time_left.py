"""The time that Lambda leaves. It is the only clock of the machine that the function looks at."""

import time
from collections.abc import Callable
from typing import Any

Sleep = Callable[[float], None]


class TimeLeft:
    """The rest of one invocation. Tests replace `sleep`."""

    def __init__(self, context: Any, sleep: Sleep = time.sleep) -> None:
        """`context` is Lambda's."""
        self._context = context
        self.sleep = sleep

    @property
    def seconds(self) -> float:
        """Seconds until Lambda ends the invocation."""
        return float(self._context.get_remaining_time_in_millis()) / 1000
