"""What a job may not exceed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Final

from bedrock_batch.cost.estimate import Estimate
from bedrock_batch.cost.price import Price, amount
from bedrock_batch.texts import shown

_UNKNOWN: Final = (
    "{}: the records are in S3, so their number and size are not known at synthesis; leave the ceilings out for this "
    "job, or give the records as local files"
)
_NO_PRICE: Final = (
    "max_usd needs the price of the model: give it as "
    "price=Price(input_per_million=..., output_per_million=...), with job files as prices in environments.yaml, in USD "
    "for batch inference"
)
_SHOWN: Final = Decimal("0.0001")
_LESS: Final = "use fewer or shorter records, lower {} in each record, or raise the ceiling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceilings:
    """What a job may not exceed. A job that may is refused at synthesis, before anything is deployed.

    Compared are the number of records, and the estimate of tokens and USD: about the input, and at most the output.

    :raises ValueError: a ceiling is not a whole number above zero, or `max_usd` is not a number of zero or more.

    Example::

        ceilings = Ceilings(max_records=10_000, max_usd=25)
    """

    max_records: int | None = None
    """Records of the job. Default: no ceiling of its own."""
    max_tokens: int | None = None
    """Tokens of input and output of all records together. Default: none."""
    max_usd: Decimal | float | None = None
    """USD for all records together. Default: none."""

    def __post_init__(self) -> None:
        for name in ("max_records", "max_tokens"):
            value = getattr(self, name)
            if value is not None and not (type(value) is int and value > 0):
                raise ValueError(f"{name} must be a whole number above zero, got {shown(value)}")
        if self.max_usd is not None:
            object.__setattr__(self, "max_usd", amount("max_usd", self.max_usd))


def exceeded(estimate: Estimate | None, ceilings: Ceilings, price: Price | None) -> list[str]:
    """A text for each ceiling that a job may exceed, or that nothing bounds. Empty if it may exceed none.

    :param estimate: of all its records. None: they are in S3.
    :param price: with which `estimate.usd` was made; None if none is known.
    :raises ValueError: the ceilings cannot be compared: the records are in S3, or `max_usd` has no price.
    """
    given = [name for name in ("max_records", "max_tokens", "max_usd") if getattr(ceilings, name) is not None]
    if estimate is not None:
        return list(_exceeded(given, estimate, ceilings, price))
    if given:
        raise ValueError(_UNKNOWN.format(", ".join(given)))
    return []


def _exceeded(given: list[str], estimate: Estimate, ceilings: Ceilings, price: Price | None) -> Iterator[str]:
    if ceilings.max_records is not None and estimate.records > ceilings.max_records:
        yield (
            f"max_records is {ceilings.max_records:,}, and the job has {estimate.records:,} records; leave some out, "
            "or raise the ceiling"
        )
    bounded = [name for name in given if name != "max_records"]
    if bounded:
        unbounded = list(_unbounded(" and ".join(bounded), estimate))
        yield from unbounded or _amounts(estimate, ceilings, price)


def _unbounded(names: str, estimate: Estimate) -> Iterator[str]:
    """Why nobody can tell what the job takes at most."""
    if not estimate.has_known_form:
        yield (
            f"{names}: the form of the model's records is not known here, so nobody can tell their limit of output "
            "tokens; use the invocation type Converse, or leave the ceiling out for this job"
        )
        return
    if estimate.records_without_limit:
        yield (
            f"{names}: {_records(estimate.records_without_limit)} no limit of output tokens, so nothing bounds the "
            f"bill; set {estimate.limit_member or 'the limit of the model, such as modelInput.max_tokens,'} in each "
            "record"
        )
    if estimate.records_with_media:
        yield (
            f"{names}: {_records(estimate.records_with_media)} images, documents, audio or video, whose tokens are not "
            "estimated; leave the ceiling out for this job"
        )


def _amounts(estimate: Estimate, ceilings: Ceilings, price: Price | None) -> Iterator[str]:
    most, tokens = estimate.most_output_tokens or 0, estimate.most_tokens or 0
    what_to_do = _LESS.format(estimate.limit_member or "the limit of output tokens")
    if not most:
        what_to_do = "use fewer or shorter records, or raise the ceiling"
    if ceilings.max_tokens is not None and tokens > ceilings.max_tokens:
        yield (
            f"max_tokens is {ceilings.max_tokens:,}, and the job may take {tokens:,} tokens: {_parts(estimate)}; "
            f"{what_to_do}"
        )
    if ceilings.max_usd is None:
        return
    if price is None or estimate.usd is None:
        raise ValueError(_NO_PRICE)
    if estimate.usd > ceilings.max_usd:
        cost = _usd(estimate.usd.quantize(_SHOWN, ROUND_UP))
        yield (
            f"max_usd is {_usd(ceilings.max_usd)}, and the job may cost {cost} USD: {_parts(estimate)}, "
            f"at {_usd(price.input_per_million)} and {_usd(price.output_per_million)} USD for a million of them; "
            f"{what_to_do}"
        )


def _parts(estimate: Estimate) -> str:
    most = estimate.most_output_tokens or 0
    return f"about {estimate.input_tokens:,} of input in {estimate.records:,} records, and at most {most:,} of output"


def _records(count: int) -> str:
    return "1 record has" if count == 1 else f"{count:,} records have"


def _usd(value: Decimal | float) -> str:
    """Without an exponent and without zeros at the end."""
    return f"{Decimal(value).normalize():,f}"
