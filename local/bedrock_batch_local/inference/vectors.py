"""Vectors that stand in for embeddings. They depend on the words only, and are always the same."""

from __future__ import annotations

import hashlib
import math

_WORD_BYTES = 32


def vector(text: str, dimensions: int, *, normalize: bool = True) -> list[float]:
    """The vector of a text. Texts with common words have vectors with a common direction, as in an embedding."""
    raw = [0.0] * dimensions
    for word in text.lower().split():
        digest = hashlib.sha256(word.encode()).digest()
        for position in range(0, _WORD_BYTES, 4):
            raw[int.from_bytes(digest[position : position + 2]) % dimensions] += digest[position + 2] / 127.5 - 1
    length = math.sqrt(sum(value * value for value in raw)) or 1.0
    return [round(value / length if normalize else value, 6) for value in raw]


def bits(values: list[float]) -> list[int]:
    """One bit for each dimension, as Titan writes type ``binary``."""
    return [1 if value > 0 else 0 for value in values]


def of_type(values: list[float], kind: str) -> list[float] | list[int]:
    """A vector in a type of Cohere: eight dimensions share one byte in the binary types."""
    if kind == "int8":
        return [round(value * 127) for value in values]
    if kind == "uint8":
        return [round(value * 127) + 128 for value in values]
    if kind in ("binary", "ubinary"):
        packed = [int("".join(map(str, bits(values[start : start + 8]))), 2) for start in range(0, len(values), 8)]
        return packed if kind == "ubinary" else [byte - 128 for byte in packed]
    return values
