"""What a stack is doing, from the view of one request."""

from enum import Enum, auto


class Direction(Enum):
    """What the stack is doing. A job may start only in a stack that goes forward."""

    FORWARD = auto()
    ROLLBACK_OR_DELETE = auto()
    SETTLED = auto()
    FAILED = auto()
