"""The part of CloudWatch's metric math that alarms need."""

from __future__ import annotations

import pytest

from bedrock_batch_local.emulator.metric_math import Series, evaluate

SERIES: dict[str, Series] = {"pending": [5.0, 5.0, None, 0.0], "tokens": [None, 7.0, 7.0, 0.0]}


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("pending", [5, 5, None, 0]),
        ("pending + tokens * 2", [None, 19, None, 0]),
        ("(pending + tokens) * 2", [None, 24, None, 0]),
        ("-pending ^ 2 / 5", [5, 5, None, 0]),
        ("10 - 2 - 3", [5, 5, 5, 5]),
        ("1 / pending", [0.2, 0.2, None, None]),
        ("pending > 0 AND tokens <= 7", [None, 1, None, 0]),
        ("pending == 5 || tokens != 7", [None, 1, None, 1]),
        ("FILL(tokens, 0)", [0, 7, 7, 0]),
        ("FILL(pending, REPEAT)", [5, 5, 5, 0]),
        ("FILL(tokens, REPEAT)", [None, 7, 7, 0]),
        ("FILL(pending, tokens)", [5, 5, 7, 0]),
        ("IF(FILL(pending, 0) > 0 AND FILL(tokens, 0) <= 0, 1, 0)", [1, 0, 0, 0]),
        ("IF(pending > 0, tokens)", [None, 7, None, None]),
        ("ABS(pending - 6)", [1, 1, None, 6]),
        ("SUM([pending, tokens])", [5, 12, 7, 0]),
        ("MAX(pending, 1e1)", [10, 10, 10, 10]),
    ],
)
def test_an_expression_has_a_value_in_each_period(expression: str, values: list[float | None]) -> None:
    assert evaluate(expression, SERIES, 4) == values


@pytest.mark.parametrize(
    "expression", ["", "pending +", "unknown", "pending pending", "SEARCH('x')", "FILL(pending)", "IF(pending)", "(1"]
)
def test_what_is_not_understood_is_an_error(expression: str) -> None:
    with pytest.raises(ValueError, match="metric math is not understood here"):
        evaluate(expression, SERIES, 4)
