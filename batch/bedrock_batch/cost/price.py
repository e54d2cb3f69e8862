"""The price of batch inference with a model."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from bedrock_batch.texts import shown

_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """USD for a million tokens, in batch inference.

    Amazon Bedrock's price list has a column for it. For most models it is half the on-demand price. Embedding models
    have no output.

    :raises ValueError: a price is not a number of zero or more.

    Example::

        price = Price(input_per_million=0.03, output_per_million=0.12)
    """

    input_per_million: Decimal | float
    """USD for a million input tokens."""
    output_per_million: Decimal | float = 0
    """USD for a million output tokens. Default: 0."""

    def __post_init__(self) -> None:
        for name in ("input_per_million", "output_per_million"):
            # As it is written: 0.1 is not quite a tenth in binary.
            object.__setattr__(self, name, amount(name, getattr(self, name)))

    def usd(self, input_tokens: int, output_tokens: int) -> Decimal:
        """What so many tokens cost, in USD."""
        # They are decimals since they were checked.
        both = Decimal(self.input_per_million) * input_tokens + Decimal(self.output_per_million) * output_tokens
        return both / _MILLION


def amount(name: str, value: object) -> Decimal:
    """An amount of USD.

    :raises ValueError: it is not a number of zero or more.
    """
    try:
        found = None if isinstance(value, bool) or not isinstance(value, Decimal | float | int) else Decimal(str(value))
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite() or found < 0:
        raise ValueError(f"{name} must be a number of USD, zero or more, got {shown(value)}")
    return found
