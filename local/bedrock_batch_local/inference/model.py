"""The interface of a model. The deterministic model and the endpoint implement it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bedrock_batch_local.inference.prompt import Prompt


@dataclass(frozen=True)
class Completion:
    """Text of a model with its token counts. ``truncated`` if it ended at the limit of the request."""

    text: str
    input_tokens: int
    output_tokens: int
    truncated: bool = False


class ModelFailure(Exception):  # noqa: N818  (it becomes an error record, not an error of this program)
    """The model did not answer this record. ``code`` is an HTTP status."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Model(Protocol):
    """A model. It takes up to ``parallel`` requests at the same time."""

    @property
    def parallel(self) -> int: ...

    def complete(self, prompt: Prompt) -> Completion:
        """The completion of a prompt. ``ModelFailure`` if there is none."""
