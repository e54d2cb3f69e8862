"""The Converse API, the same for every model that has it."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from bedrock_batch.families.answer import Answer
from bedrock_batch.families.family import Body, Family
from bedrock_batch.families.fault import Fault
from bedrock_batch.families.messages import faults_of_messages
from bedrock_batch.families.question import Question


def _body(question: Question) -> dict[str, Any]:
    body: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": question.text}]}]}
    if question.system is not None:
        body["system"] = [{"text": question.system}]
    limits = {"maxTokens": question.max_tokens, "temperature": question.temperature}
    if config := {name: value for name, value in limits.items() if value is not None}:
        body["inferenceConfig"] = config
    if question.answer_schema is not None:
        schema = {"name": "answer", "schema": json.dumps(question.answer_schema)}
        body["outputConfig"] = {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": schema}}}
    return body


def _faults(body: Body) -> Iterator[Fault]:
    if "messages" in body:
        yield from faults_of_messages(body["messages"], system="modelInput.system")
    if "modelId" in body:
        yield Fault("modelInput.modelId", "the job names the model; leave it out")
    if "toolConfig" in body:
        yield Fault("modelInput.toolConfig", "Converse records cannot use tools in batch inference; use InvokeModel")


def _answer(output: Body) -> Answer:
    usage = output.get("usage") or {}
    return Answer(
        # Members that are not set are null.
        text="".join(block.get("text") or "" for block in output["output"]["message"]["content"]),
        stop_reason=output.get("stopReason"),
        input_tokens=usage.get("inputTokens"),
        output_tokens=usage.get("outputTokens"),
    )


CONVERSE: Final = Family(
    name="the Converse API",
    # A job chooses it by its invocation type.
    models=re.compile(r"(?!)"),
    source="bedrock/latest/APIReference/API_runtime_Converse.html, 2026-11-27",
    required=("messages",),
    optional=frozenset(
        {
            "additionalModelRequestFields",
            "additionalModelResponseFieldPaths",
            "guardrailConfig",
            "inferenceConfig",
            "modelId",
            "outputConfig",
            "performanceConfig",
            "promptVariables",
            "requestMetadata",
            "serviceTier",
            "system",
            "toolConfig",
        }
    ),
    faults=_faults,
    body=_body,
    takes_schema=True,
    answer=_answer,
)
