"""The price of a model as the extra `[prices]` knows it. Nothing is asked over a network."""

from decimal import Decimal
from typing import Final

from bedrock_batch.cost import Price
from bedrock_batch.texts import shown

# aws.amazon.com/bedrock/pricing, "Batch": for select models, "at a 50% lower price compared to on-demand".
_SHARE: Final = Decimal("0.5")
_HOW: Final = (
    "give it as price=Price(input_per_million=..., output_per_million=...), with job files as prices in "
    "environments.yaml, in USD for batch inference"
)
# Few enough for the first step of a price that depends on the number of tokens.
_TOKENS: Final = 1_000


def listed_price(model_id: str) -> Price:
    """Half the on-demand price of a model, which is what batch inference costs for most models.

    The package is a list of prices of its release date, for one Region. It tells profiles of a geography from global
    ones, and no Regions apart.

    :param model_id: id or ARN of a foundation model or a system-defined inference profile.
    :raises ValueError: the package is not installed or does not have the model. The text says how to give the price.
    """
    try:
        from genai_prices import Usage, calc_price  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise ValueError(
            f"the price of the model is not known: {_HOW}, or install the extra [prices]: "
            "pip install 'genai-prices>=0.2.3,<0.3'"
        ) from None
    name = model_id.rpartition("/")[2]
    try:
        found = calc_price(Usage(input_tokens=_TOKENS, output_tokens=_TOKENS), name, provider_id="aws")
    except LookupError:
        raise ValueError(f"the list of prices does not have the model {shown(name)}: {_HOW}") from None
    each = _SHARE * 1_000_000 / _TOKENS
    return Price(found.input_price * each, found.output_price * each)
