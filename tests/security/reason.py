"""Why a statement is there: the page of AWS that asks for it, or the reason of this library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from security.sources import Basis, Source

if TYPE_CHECKING:
    from security.assumptions import Assumption


@dataclass(frozen=True, slots=True)
class Reason:
    """A purpose, what belongs to it (whose policy; a part of what it says), and why it is needed.

    The first of the sources is the one that asks for the statement.
    """

    purpose: str
    holder: str
    says: str
    why: str
    sources: tuple[Source, ...]
    assumption: Assumption | None = None

    @property
    def basis(self) -> Basis:
        """How well the statement is documented."""
        return self.sources[0].basis
