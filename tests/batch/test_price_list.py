"""Prices of the extra `[prices]`, with the package and without it."""

import importlib
import re
import socket
import sys
from decimal import Decimal
from typing import Any

import pytest
from pinned import installed

from bedrock_batch.cost import Price
from bedrock_batch.price_list import listed_price

ARN = "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-lite-v1:0"


def test_it_says_how_to_give_a_price_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    text = (
        "the price of the model is not known: give it as price=Price(input_per_million=..., output_per_million=...), "
        "with job files as prices in environments.yaml, in USD for batch inference, "
        "or install the extra [prices]: pip install 'genai-prices>=0.2.3,<0.3'"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        listed_price("amazon.nova-lite-v1:0")


@pytest.fixture
def prices(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package, which is kept in pytest's cache."""
    package = installed(pytestconfig, "requirements-prices.txt")
    monkeypatch.syspath_prepend(str(package))
    return importlib.import_module("genai_prices")


@pytest.mark.soak  # it asks a package registry, once for each checkout
@pytest.mark.usefixtures("prices")
@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("amazon.nova-lite-v1:0", Price(Decimal("0.03"), Decimal("0.12"))),
        ("us.amazon.nova-lite-v1:0", Price(Decimal("0.03"), Decimal("0.12"))),
        (ARN, Price(Decimal("0.03"), Decimal("0.12"))),
        ("arn:${AWS::Partition}:bedrock:*::foundation-model/amazon.titan-embed-text-v2:0", Price(Decimal("0.01"))),
    ],
)
def test_batch_inference_is_half_the_on_demand_price(model: str, price: Price, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a network is asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    assert listed_price(model) == price


@pytest.mark.soak  # as above
@pytest.mark.usefixtures("prices")
def test_a_global_profile_has_a_price_of_its_own() -> None:
    name = "anthropic.claude-haiku-4-5-20251001-v1:0"

    assert listed_price(f"global.{name}").usd(1, 1) < listed_price(f"us.{name}").usd(1, 1)


@pytest.mark.soak  # as above
@pytest.mark.usefixtures("prices")
@pytest.mark.parametrize("model", ["made.up-v1:0", "${Token[TOKEN.1]}", "x" * 9_999])
def test_fails_on_a_model_that_the_list_does_not_have(model: str) -> None:
    with pytest.raises(ValueError, match=r"^the list of prices does not have the model .*: give it as price=") as error:
        listed_price(model)

    assert len(str(error.value)) < 1_000
