"""What is wrong with a request body."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault. Equal faults of several records are told once, with their count."""

    member: str
    """The member of the record, such as `modelInput.max_tokens`, without indexes."""
    reason: str
    is_doubtful: bool = False
    """The model may accept it all the same: a warning, not an error."""


NONE: Final[Sequence[Fault]] = ()
