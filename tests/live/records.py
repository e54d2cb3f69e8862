"""Records that cost as little as records can: as few as a job may have, a short question and a short answer each."""

from __future__ import annotations

import json
from typing import Any

# Service quota "Minimum number of records per batch inference job".
LEAST = 100
FEW = LEAST - 1
MAX_TOKENS = 8


def converse(text: str, **members: Any) -> dict[str, Any]:
    """The body of a Converse request."""
    content = [{"role": "user", "content": [{"text": text}]}]
    return {"messages": content, "inferenceConfig": {"maxTokens": MAX_TOKENS}, **members}


def records(count: int, topic: str = "sums") -> bytes:
    """So many lines; another topic makes other records."""
    lines = (
        {"recordId": f"{topic}-{number:03}", "modelInput": converse(f"{topic}: {number} + 1 = ? Only the number.")}
        for number in range(count)
    )
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)
