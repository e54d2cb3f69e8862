"""Samples of what `make soak` tries whole: each run of the tests draws another, so that all is tried over time."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Sequence
from typing import TypeVar

_VARIABLE = "DRAW"
_Each = TypeVar("_Each")


def seed() -> str:
    """What the samples of this run depend on; whoever asks first sets it for the processes that he starts."""
    return os.environ.setdefault(_VARIABLE, str(secrets.randbelow(1_000_000)))


def again() -> str:
    """How to get the same samples once more."""
    return f"samples: {_VARIABLE}={seed()} draws the same again"


def sample(of: Sequence[_Each], count: int | None, what: str) -> list[_Each]:
    """So many of them in their order, all if it is `None`; pytest shows with a failure how they are drawn again."""
    if count is None:
        return list(of)
    print(again())
    drawn = random.Random(f"{seed()} {what}").sample(range(len(of)), min(count, len(of)))  # noqa: S311 - not secret
    return [of[index] for index in sorted(drawn)]
