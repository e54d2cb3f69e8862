"""Metric math of CloudWatch, as far as alarms need it: arithmetic, comparison, logic, ``IF``, ``FILL`` and a few more.

A series is a list with one value for each period, ``None`` where there is no data. What is computed of no data is no
data.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence

Series = list[float | None]

_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|(\w+)|(<=|>=|==|!=|&&|\|\||[-+*/^<>(),\[\]]))")
_BINARY: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "^": math.pow,
    "<": lambda a, b: float(a < b),
    "<=": lambda a, b: float(a <= b),
    ">": lambda a, b: float(a > b),
    ">=": lambda a, b: float(a >= b),
    "==": lambda a, b: float(a == b),
    "!=": lambda a, b: float(a != b),
    "AND": lambda a, b: float(bool(a) and bool(b)),
    "OR": lambda a, b: float(bool(a) or bool(b)),
}
_WORDS = {"&&": "AND", "||": "OR"}
# Loosest first. A level has operators of the same rank.
_LEVELS = (("OR",), ("AND",), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/"), ("^",))
_OF_SEVERAL: dict[str, Callable[[Sequence[float]], float]] = {
    "SUM": sum,
    "MAX": max,
    "MIN": min,
    "AVG": lambda values: sum(values) / len(values),
}


def evaluate(expression: str, series: Mapping[str, Series], periods: int) -> Series:
    """The value of an expression in each of so many periods. ``series`` are those of its ids.

    ``ValueError`` for what is not understood, or an id that there is not.
    """
    return _Parser(expression, series, periods).whole()


class _Parser:
    """A recursive descent: each method reads one part of the expression, and returns its value."""

    def __init__(self, expression: str, series: Mapping[str, Series], periods: int) -> None:
        self._expression = expression
        self._series = series
        self._periods = periods
        self._tokens = _tokens(expression)

    def whole(self) -> Series:
        value = self._level(0)
        if self._tokens:
            raise self._not_understood(self._tokens[0])
        return value

    def _level(self, rank: int) -> Series:
        if rank == len(_LEVELS):
            return self._factor()
        value = self._level(rank + 1)
        while (sign := self._next()) in _LEVELS[rank]:
            self._tokens.pop(0)
            value = [_applied(sign, *pair) for pair in zip(value, self._level(rank + 1), strict=True)]
        return value

    def _factor(self) -> Series:
        part = self._take()
        if part == "-":
            return [None if value is None else -value for value in self._factor()]
        if part == "(":
            value = self._level(0)
            self._take(")")
            return value
        if self._next() == "(":
            return self._function(part)
        if part[0].isdigit() or part[0] == ".":
            return [float(part)] * self._periods
        if part in self._series:
            return self._series[part]
        raise self._not_understood(part)

    def _function(self, name: str) -> Series:
        self._take("(")
        if name == "FILL":
            return self._fill()
        arguments = self._list("[" if name in _OF_SEVERAL and self._next() == "[" else "")
        self._take(")")
        if name == "IF" and len(arguments) in (2, 3):
            otherwise = arguments[2] if len(arguments) == 3 else [None] * self._periods
            return [_chosen(*values) for values in zip(arguments[0], arguments[1], otherwise, strict=True)]
        if name == "ABS" and len(arguments) == 1:
            return [None if value is None else abs(value) for value in arguments[0]]
        if name in _OF_SEVERAL:
            return [_of_known(_OF_SEVERAL[name], values) for values in zip(*arguments, strict=True)]
        raise self._not_understood(name)

    def _fill(self) -> Series:
        value = self._level(0)
        self._take(",")
        if self._next() == "REPEAT":
            self._take()
            self._take(")")
            return _repeated(value)
        filled = [given if one is None else one for one, given in zip(value, self._level(0), strict=True)]
        self._take(")")
        return filled

    def _list(self, bracket: str) -> list[Series]:
        if bracket:
            self._take(bracket)
        values = [self._level(0)]
        while self._next() == ",":
            self._take()
            values.append(self._level(0))
        if bracket:
            self._take("]")
        return values

    def _next(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def _take(self, wanted: str = "") -> str:
        token = self._next()
        if not token or (wanted and token != wanted):
            raise self._not_understood(token or "its end")
        return self._tokens.pop(0)

    def _not_understood(self, token: str) -> ValueError:
        return ValueError(f"metric math is not understood here: {token} in {self._expression}")


def _tokens(expression: str) -> list[str]:
    found, position, text = [], 0, expression.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"metric math is not understood here: {text[position:]} in {expression}")
        token = match[match.lastindex or 0]
        found.append(_WORDS.get(token, token))
        position = match.end()
    return found


def _applied(sign: str, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    if sign == "/":
        return left / right if right else None
    return _BINARY[sign](left, right)


def _chosen(condition: float | None, then: float | None, otherwise: float | None) -> float | None:
    if condition is None:
        return None
    return then if condition else otherwise


def _of_known(function: Callable[[Sequence[float]], float], values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(function(known)) if known else None


def _repeated(series: Series) -> Series:
    filled: Series = []
    for value in series:
        filled.append(value if value is not None else filled[-1] if filled else None)
    return filled
