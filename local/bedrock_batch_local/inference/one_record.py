"""Runs one record through a model: reads the request body, gets an answer, writes the response body.

The bodies have the model's own format for InvokeModel and the Converse API's for Converse. What a model would refuse
becomes an error record with the model's message, and the job continues.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bedrock_batch_local.inference.bodies import RefusedBody
from bedrock_batch_local.inference.body_formats import format_of
from bedrock_batch_local.inference.model import Model, ModelFailure

_BAD_REQUEST = 400


@dataclass(frozen=True)
class Answer:
    """The result of one record: ``modelOutput``, or an error with a code and a message."""

    output: Mapping[str, Any] = field(default_factory=dict)
    error_code: int = 0
    error_message: str = ""
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def succeeded(self) -> bool:
        return not self.error_code

    def members(self) -> dict[str, Any]:
        """The members of the output line for the result."""
        if self.succeeded:
            return {"modelOutput": self.output}
        return {"error": {"errorCode": self.error_code, "errorMessage": self.error_message}}


def refused(message: str) -> Answer:
    """The result of a record that the model does not accept."""
    return Answer(error_code=_BAD_REQUEST, error_message=message)


class Inference:
    """Answers records with a model: the deterministic one, or an endpoint."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def parallel(self) -> int:
        return self._model.parallel

    def answer(self, body: Mapping[str, Any], model_id: str, *, converse: bool) -> Answer:
        """The result of one ``modelInput``; ``model_id`` is the model without Region and profile."""
        if converse and body.get("toolConfig") is not None:
            # User guide, batch-inference: tools work with InvokeModel only.
            return refused("toolConfig is not supported in batch inference")
        try:
            body_format = format_of(body, model_id, converse=converse)
            prompt = body_format.read(body, model_id)
            completion = body_format.complete(self._model, prompt)
            output = body_format.write(completion, model_id, body)
        except RefusedBody as refusal:
            return refused(str(refusal))
        except ModelFailure as failure:
            return Answer(error_code=failure.code, error_message=failure.message)
        except (TypeError, ValueError, AttributeError, LookupError, OverflowError, RecursionError):
            # What the table of families does not check: a fault of this record, not of the job.
            return refused("Malformed input request, please reformat your input")
        return Answer(output, input_tokens=completion.input_tokens, output_tokens=completion.output_tokens)
