"""What a job takes at most, and whether its ceilings allow it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from aws_cdk import Validations

from bedrock_batch.cost import Ceilings, Estimate, Price, exceeded
from bedrock_batch.plan.told import ABOVE, AMOUNTS, PLANNING
from bedrock_batch.price_list import listed_price

if TYPE_CHECKING:
    from constructs import Construct, Node

    from bedrock_batch.families import Family
    from cdk_bedrock_batch._input import BoundInput
    from cdk_bedrock_batch.model import BatchModel


@dataclass(frozen=True, slots=True)
class Bill:
    """What a job takes at most. It is told in the metadata of the assembly, never in a template."""

    estimate: Estimate | None
    """None: the records are in S3."""
    above: list[str]
    """A sentence for each ceiling that the job may exceed. Outside a plan there is none."""

    @classmethod
    def within(
        cls,
        ceilings: Ceilings | None,
        price: Price | None,
        *,
        job: Construct,
        source: BoundInput,
        model: BatchModel,
        bodies: Family | None,
    ) -> Self:
        """The bill of a job for its records. A plan shows all jobs, so there a ceiling is an error of the construct.

        :param price: Default: with `max_usd`, the price that the extra `[prices]` knows.
        :param bodies: the family of the records' bodies; None if it is not known.
        :raises ValueError: the job may exceed a ceiling, its ceilings cannot be compared, or the price is not known.
        """
        if price is None and ceilings is not None and ceilings.max_usd is not None and source.size is not None:
            price = listed_price(model._priced_as())
        estimate = None
        if source.size is not None:
            estimate = Estimate.of(source.size, bodies=bodies, models=model._families(), price=price)
        above = [] if ceilings is None else exceeded(estimate, ceilings, price)
        # Asked last: it is a call to the kernel.
        if above and not job.node.try_get_context(PLANNING):
            raise ValueError("\n".join(above))
        for each in above:
            # The CDK CLI deploys no stack that has one.
            Validations.of(job).add_error(ABOVE, each)
        return cls(estimate, above)

    def tell(self, node: Node) -> None:
        """Tell it to `bedrock-batch plan`.

        :param node: of the job's resource.
        """
        if self.estimate is not None:
            node.add_metadata(AMOUNTS, _amounts(self.estimate))
        if self.above:
            node.add_metadata(ABOVE, self.above)


def _amounts(estimate: Estimate) -> dict[str, Any]:
    amounts = {
        "records": estimate.records,
        "inputTokens": estimate.input_tokens,
        "mostOutputTokens": estimate.most_output_tokens,
        # All of its digits, which a number of JSON may not keep.
        "usd": None if estimate.usd is None else f"{estimate.usd.normalize():f}",
    }
    return {name: value for name, value in amounts.items() if value is not None}
