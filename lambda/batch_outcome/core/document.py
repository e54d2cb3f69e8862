"""An object in S3 that should be a JSON object, but may be anything."""

import json
import math
from typing import Any, Final

LARGEST: Final = 1_000_000
"""In bytes. A run file with 200 tags and 100 uploads has less than 300,000."""


def members_of(body: bytes) -> dict[str, Any] | None:
    """The members of a JSON object. `None` for anything else, and for numbers that JSON cannot write."""
    if len(body) > LARGEST:
        return None
    try:
        found = json.loads(body, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number
