"""When a run is good, as its job declares it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bedrock_batch import limits
from bedrock_batch.outcome import Partial
from bedrock_batch.texts import shown


class PartialRun(StrEnum):
    """The best outcome of a run whose time ran out before all its records were processed (`PartiallyCompleted`).

    Example::

        outcome = Outcome(max_missing=10, partial=PartialRun.BY_LIMITS)
    """

    BY_LIMITS = Partial.BY_LIMITS.value
    """Good, if it stays within the limits."""
    DEGRADED = Partial.DEGRADED.value
    """Never good."""
    FAILED = Partial.FAILED.value
    """Always failed, whatever output it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """When a run is good. By default each record must have a result.

    A run that Amazon Bedrock calls `Completed` may have an error in each record. So at the end of each run, a function
    of the stack counts the records and puts one event on the account's default bus: the outcome `good`, `degraded`,
    `failed`, `stopped` or `expired`, with the place of the output. `on_outcome` of the job sends it to a target.

    A run that has results, but more errors or fewer records than these limits allow, is degraded. A run without any
    result is failed.

    :raises ValueError: `max_error_rate` is not between 0 and 1, `max_missing` is not a whole number from 0 to
        999,999,999, or `partial` is none of the words of `PartialRun`.

    Example::

        ModelInvocationJob(stack, "Triage", model=model, input=records, outcome=Outcome(max_error_rate=0.01))
    """

    max_error_rate: float = 0
    """The part of the records that may have an error, 0 to 1: 0.01 allows 1 of 100. Default: none."""
    max_missing: int = 0
    """The number of records that may have no output at all. Default: none."""
    partial: PartialRun = PartialRun.DEGRADED
    """The best outcome of a run whose time ran out. Default: `DEGRADED`."""

    def __post_init__(self) -> None:
        rate, missing = self.max_error_rate, self.max_missing
        # A token of CDK is a number below zero.
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
            raise ValueError(f"max_error_rate must be a number from 0 to 1, got {shown(rate)}")
        low, high = limits.MISSING_RECORDS
        if type(missing) is not int or not low <= missing <= high:
            raise ValueError(f"max_missing must be a whole number from {low} to {high:,}, got {shown(missing)}")
        try:
            object.__setattr__(self, "partial", PartialRun(self.partial))
        except ValueError:
            allowed = ", ".join(PartialRun)
            raise ValueError(f"partial must be one of {allowed}, got {shown(self.partial)}") from None
