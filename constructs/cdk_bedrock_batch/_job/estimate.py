"""What a job takes at most, and whether its ceilings allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedrock_batch.cost import Ceilings, Estimate, Price, faults
from bedrock_batch.price_list import listed_price

if TYPE_CHECKING:
    from bedrock_batch.families import Family
    from cdk_bedrock_batch._input import BoundInput
    from cdk_bedrock_batch.model import BatchModel


def estimate_within(
    ceilings: Ceilings | None, source: BoundInput, model: BatchModel, bodies: Family | None, price: Price | None
) -> Estimate | None:
    """The estimate for the records of a job; None if they are in S3.

    :param bodies: the family of the records' bodies; None if it is not known.
    :param price: Default: with `max_usd`, the price that the extra `[prices]` knows.
    :raises ValueError: the job may exceed a ceiling, or the price is not known.
    """
    if price is None and ceilings is not None and ceilings.max_usd is not None and source.size is not None:
        price = listed_price(model._priced_as())
    estimate = None
    if source.size is not None:
        estimate = Estimate.of(source.size, bodies=bodies, models=model._families(), price=price)
    if ceilings is not None and (found := faults(estimate, ceilings, price)):
        raise ValueError("\n".join(found))
    return estimate
