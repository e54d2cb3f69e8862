"""The rule that says when a run is good. It is declared with the job, and written into its run file."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Partial(StrEnum):
    """What a run is at best whose time ran out before all records were processed (`PartiallyCompleted`)."""

    BY_LIMITS = "by_limits"
    """The limits alone decide: it is good if no more records are missing than allowed."""
    DEGRADED = "degraded"
    """Never good."""
    FAILED = "failed"
    """Failed, whatever results it has."""


@dataclass(frozen=True)
class OutcomeRule:
    """When a run is good. By default each record must have a result.

    * `max_error_rate`: the part of the records that may have an error, 0 to 1.
    * `max_missing`: the number of records that may have no output at all, 0 or more.
    * `partial`: what becomes of a run whose time ran out.
    * `notify`: ARNs of the SNS topics that are told.
    """

    max_error_rate: float = 0.0
    max_missing: int = 0
    partial: Partial = Partial.DEGRADED
    notify: tuple[str, ...] = ()

    def members(self) -> dict[str, Any]:
        """The rule as a JSON object, for the run file."""
        return {
            "maxErrorRate": self.max_error_rate,
            "maxMissing": self.max_missing,
            "partial": str(self.partial),
            "notify": list(self.notify),
        }

    def limits(self) -> dict[str, Any]:
        """The same without the topics, for a reader of an outcome."""
        return {name: value for name, value in self.members().items() if name != "notify"}

    @classmethod
    def of_members(cls, members: Mapping[str, Any]) -> Self:
        """The rule in a run file. A member that is absent has its default.

        :raises ValueError: a member has another type, or a value outside its range.
        """
        rate, missing = members.get("maxErrorRate", 0.0), members.get("maxMissing", 0)
        notify = members.get("notify", [])
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
            raise ValueError("maxErrorRate must be a number from 0 to 1")
        if isinstance(missing, bool) or not isinstance(missing, int) or missing < 0:
            raise ValueError("maxMissing must be a whole number, 0 or more")
        if not isinstance(notify, list) or not all(isinstance(each, str) for each in notify):
            raise ValueError("notify must be a list of ARNs")
        return cls(float(rate), missing, Partial(members.get("partial", Partial.DEGRADED)), tuple(notify))


def rule_in(run_file: Mapping[str, Any]) -> OutcomeRule | None:
    """The rule in a run file. `None`: no outcome was asked for.

    :raises ValueError: it is no rule.
    """
    members = run_file.get("outcome")
    if members is None:
        return None
    if not isinstance(members, Mapping):
        raise ValueError("outcome must be an object")  # noqa: TRY004 - one error for all that is no rule
    return OutcomeRule.of_members(members)
