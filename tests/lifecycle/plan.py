"""What CloudFormation is asked for, and what it keeps of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lifecycle.request import Request

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """What happens to one deployment besides our resource.

    Another resource fails, or a user cancels, so many seconds after the beginning (default: neither); Deletes and
    rollback Updates follow `reaction_seconds` later. `skips_ours` is ContinueUpdateRollback with our resource skipped.
    """

    other_fails_after: float | None = None
    cancelled_after: float | None = None
    reaction_seconds: float = 2.0
    rolls_back: bool = True
    skips_ours: bool = False
    retains: bool = False


@dataclass(frozen=True)
class Recorded:
    """A resource as CloudFormation has it on record."""

    physical_id: str
    properties: Properties


@dataclass(frozen=True)
class Leftover:
    """What CloudFormation is to delete; `request` is the one that replaced it or failed to make it, if any."""

    logical_id: str
    physical_id: str
    request: Request | None = None
    old: Recorded | None = None

    def properties(self, *, old_ones: bool) -> Properties:
        """What its Delete carries: whether those from before its replacement is not documented."""
        if self.old is not None and (self.request is None or old_ones):
            return self.old.properties
        assert self.request is not None
        return self.request.properties
