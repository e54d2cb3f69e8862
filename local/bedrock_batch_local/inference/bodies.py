"""Request and response bodies: what every format has in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

from bedrock_batch_local.inference.model import Completion, Model
from bedrock_batch_local.inference.prompt import Prompt, Turn


class RefusedBody(Exception):  # noqa: N818  (it becomes an error record, not an error of this program)
    """A body for which the model would return 400. The text is the model's."""


class BodyFormat(Protocol):
    """One pair of request and response bodies."""

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:
        """The prompt in a request body that has no certain fault. ``RefusedBody`` for what this server cannot do."""

    def complete(self, model: Model, prompt: Prompt) -> Completion:
        """The answer to the prompt."""

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The response body."""


class TextFormat:
    """The part of a format that asks the model for text."""

    def complete(self, model: Model, prompt: Prompt) -> Completion:
        return model.complete(prompt)


def text_of(content: Any) -> str:
    """The text of a content, a string or a list of blocks. Other kinds of blocks are left out."""
    if isinstance(content, str):
        return content
    return "\n".join(str(block["text"]) for block in content if isinstance(block, Mapping) and "text" in block)


def turns_of(messages: Any) -> tuple[Turn, ...]:
    """The turns of a ``messages`` member."""
    return tuple(Turn(message["role"], text_of(message.get("content") or "")) for message in messages)


def number(value: Any, kind: type[int] | type[float]) -> Any:
    """A number of the body, or ``None``."""
    return kind(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def response_id(prefix: str, body: Mapping[str, Any], length: int = 24) -> str:
    """An id that is the same for the same body."""
    return prefix + hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:length]
