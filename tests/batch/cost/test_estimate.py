"""What is estimated of a size, and at which price."""

from decimal import Decimal

import pytest

from bedrock_batch.cost import Estimate, InputSize, Price
from bedrock_batch.families import Family, family_of

SIZE = InputSize(records=100, text_bytes=54_000, texts=200, output_tokens=20_000)
PRICE = Price(0.5, 2.5)


def family(model: str, *, converse: bool = False) -> Family:
    found = family_of(model, converse=converse)
    assert found is not None
    return found


CLAUDE = family("anthropic.claude-haiku-4-5-20251001-v1:0")
NOVA = family("amazon.nova-lite-v1:0")
NEWEST_CLAUDE = family("anthropic.claude-opus-4-7")


@pytest.mark.parametrize(
    ("models", "tokens"),
    [
        ([NOVA], 18_000),
        ([CLAUDE], 20_000),
        ([NEWEST_CLAUDE], 27_000),
        ([NOVA, CLAUDE], 20_000),
        ([NOVA, None], 27_000),
        ([], 27_000),
    ],
)
def test_the_model_with_the_most_tokens_counts(models: list[Family | None], tokens: int) -> None:
    """A message has 8 tokens around it. Of a model that is not known, the most are expected."""
    found = Estimate.of(SIZE, bodies=None, models=models)

    assert found.input_tokens == tokens + 200 * 8
    assert (found.most_output_tokens, found.most_tokens) == (20_000, tokens + 200 * 8 + 20_000)


def test_the_form_of_the_bodies_does_not_change_the_tokens() -> None:
    one = Estimate.of(SIZE, bodies=CLAUDE, models=[CLAUDE])
    other = Estimate.of(SIZE, bodies=family("", converse=True), models=[CLAUDE])

    assert one.input_tokens == other.input_tokens
    assert (one.limit_member, other.limit_member) == ("modelInput.max_tokens", "modelInput.inferenceConfig.maxTokens")


def test_usd_is_exact() -> None:
    found = Estimate.of(SIZE, bodies=CLAUDE, models=[CLAUDE], price=PRICE)

    assert found.usd == Decimal("0.0608")
    assert Estimate.of(SIZE, bodies=CLAUDE, models=[CLAUDE]).usd is None


def test_what_has_no_bound_has_no_usd() -> None:
    unlimited = Estimate.of(SIZE + InputSize(without_limit=1), bodies=CLAUDE, models=[CLAUDE], price=PRICE)
    media = Estimate.of(SIZE + InputSize(with_media=1), bodies=CLAUDE, models=[CLAUDE], price=PRICE)

    assert (unlimited.most_output_tokens, unlimited.most_tokens, unlimited.usd) == (None, None, None)
    assert (media.most_output_tokens, media.usd) == (20_000, None)


def test_a_price_is_what_was_written() -> None:
    assert Price(0.1, Decimal("0.2")) == Price(Decimal("0.1"), 0.2)
    assert Price(0.02).usd(1_000_000, 1) == Decimal("0.02")


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), Decimal("sNaN"), True, None, "1", "x" * 9_999])
def test_fails_on_what_is_no_price(value: object) -> None:
    with pytest.raises(ValueError, match=r"^output_per_million must be a number of USD, zero or more, got ") as refused:
        Price(1, value)  # type: ignore[arg-type] # that is the test

    assert len(str(refused.value)) < 300
