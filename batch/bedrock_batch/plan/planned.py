"""What a deployment does to jobs, and what that bills."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, Self

from bedrock_batch.cost import Estimate


class Action(StrEnum):
    """What a deployment does to a job. The first two start a paid job."""

    STARTS = "starts"
    """Starts a paid job."""
    REPLACES = "replaces"
    """Starts a paid job, and stops the one on record if it runs."""
    KEEPS = "keeps"
    """Changes the declaration, and keeps the job."""
    TAGS = "tags"
    """Changes tags of the job in place."""
    STOPS = "stops"
    """Stops the job if it runs."""
    NOTHING = "nothing"
    """Does nothing to a job."""
    REFUSED = "refused"
    """Fails: the job is refused, and nothing starts."""


PAID: Final = frozenset({Action.STARTS, Action.REPLACES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why: an option, or what became of the job. The values are short, and never of a record."""

    what: str
    """An option, such as `model`, or a few words, such as `new job`."""
    place: str | None = None
    """`jobs/triage.yaml:3`; None if no file says it."""
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What jobs take at most. None: not known."""

    records: int | None = None
    input_tokens: int | None = None
    """About how many."""
    most_output_tokens: int | None = None
    usd: Decimal | None = None

    @classmethod
    def of(cls, estimate: Estimate | None) -> Self:
        """Those of an estimate."""
        if estimate is None:
            return cls()
        return cls(
            records=estimate.records,
            input_tokens=estimate.input_tokens,
            most_output_tokens=estimate.most_output_tokens,
            usd=estimate.usd,
        )

    @property
    def most_tokens(self) -> int | None:
        """Tokens of input and output. None: not known, or nothing bounds them."""
        if self.input_tokens is None or self.most_output_tokens is None:
            return None
        return self.input_tokens + self.most_output_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedJob:
    """What a deployment does to one job."""

    stack: str
    """Name of the stack."""
    logical_id: str
    """In the stack's template."""
    name: str
    """Path of the construct in its stack, such as `ticket-triage-job`."""
    action: Action
    causes: tuple[Cause, ...] = ()
    amounts: Amounts = Amounts()
    job_arn: str | None = None
    """The job on record. None: there is none, or it is not known."""
    status: str | None = None
    """Its status. None: not known."""
    notes: tuple[str, ...] = ()
    """Whole sentences."""
    above: tuple[str, ...] = ()
    """A sentence for each ceiling of the job that it may exceed."""

    @property
    def is_paid(self) -> bool:
        """Whether a paid job starts."""
        return self.action in PAID


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The sum of the jobs that start. A job whose amount is not known is counted beside the sum, never as zero."""

    jobs: int
    records: int
    without_records: int
    """Jobs whose records are not known."""
    most_tokens: int
    without_tokens: int
    """Jobs whose tokens are not known, or not bounded."""
    usd: Decimal
    without_usd: int
    """Jobs whose price is not known, or whose tokens are not."""

    @classmethod
    def of(cls, jobs: Iterable[PlannedJob]) -> Self:
        """The sum of those that start."""
        amounts = [job.amounts for job in jobs if job.is_paid]
        records = [each.records for each in amounts if each.records is not None]
        tokens = [each.most_tokens for each in amounts if each.most_tokens is not None]
        usd = [each.usd for each in amounts if each.usd is not None]
        return cls(
            jobs=len(amounts),
            records=sum(records),
            without_records=len(amounts) - len(records),
            most_tokens=sum(tokens),
            without_tokens=len(amounts) - len(tokens),
            usd=sum(usd, Decimal()),
            without_usd=len(amounts) - len(usd),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a deployment does to all jobs."""

    jobs: tuple[PlannedJob, ...]
    base: str | None
    """What the declared jobs are compared with, in words. None: with nothing."""
    notes: tuple[str, ...] = ()
    """Whole sentences on stacks, or on all of it."""
    above: tuple[str, ...] = ()
    """A sentence for each ceiling of the sum that it may exceed."""

    @property
    def total(self) -> Total:
        """The sum of the jobs that start."""
        return Total.of(self.jobs)

    @property
    def is_paid(self) -> bool:
        """Whether a paid job starts."""
        return any(job.is_paid for job in self.jobs)

    @property
    def is_above(self) -> bool:
        """Whether what starts may exceed a ceiling."""
        return any(self.faults())

    def faults(self) -> Iterator[str]:
        """The ceilings that may be exceeded, those of jobs first."""
        for job in self.jobs:
            yield from (f"{job.stack}/{job.name}: {each}" for each in job.above)
        yield from self.above
