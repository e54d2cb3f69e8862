"""Which way a stack goes, as far as it concerns one request."""

from enum import Enum, auto


class Direction(Enum):
    """What the stack is doing. Only in a stack that goes forward a job may be started."""

    FORWARD = auto()
    ROLLBACK_OR_DELETE = auto()
    SETTLED = auto()
    FAILED = auto()
