"""What a job will cost at most: the size of its records, the estimate, prices and ceilings."""

from bedrock_batch.cost.ceilings import Ceilings, exceeded
from bedrock_batch.cost.estimate import Estimate
from bedrock_batch.cost.price import Price
from bedrock_batch.cost.size import InputSize, Sizing

__all__ = [
    "Ceilings",
    "Estimate",
    "InputSize",
    "Price",
    "Sizing",
    "exceeded",
]
