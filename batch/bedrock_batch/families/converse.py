"""The Converse API, the same for every model that has it."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bedrock_batch.families import kinds, values
from bedrock_batch.families.answer import Answer, blocks, joined, members, reason, string, tokens
from bedrock_batch.families.answer_limit import OF_CONVERSE
from bedrock_batch.families.blocks import UntypedBlocks
from bedrock_batch.families.family import Body, Family
from bedrock_batch.families.fault import NONE, Fault
from bedrock_batch.families.messages import Messages
from bedrock_batch.families.question import Question
from bedrock_batch.families.structured import output_config_of_converse, schema_of_converse

# The service model of boto3, 2026-11-27.
_CONTENT: Final = UntypedBlocks(
    members=frozenset(
        {
            "audio",
            "cachePoint",
            "citationsContent",
            "document",
            "guardContent",
            "image",
            "reasoningContent",
            "searchResult",
            "text",
            "toolAddition",
            "toolRemoval",
            "toolResult",
            "toolUse",
            "video",
        }
    )
)
_SYSTEM: Final = UntypedBlocks(members=frozenset({"cachePoint", "guardContent", "text"}))


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


def _system(path: str, value: Any) -> Sequence[Fault]:
    return _SYSTEM.check(path, value) if value or not isinstance(value, list) else NONE


def _model_id(path: str, _value: Any) -> Sequence[Fault]:
    return (Fault(path, "the job names the model; leave it out"),)


def _tool_config(path: str, _value: Any) -> Sequence[Fault]:
    return (Fault(path, "Converse records cannot use tools in batch inference; use InvokeModel"),)


def converse_answer(output: Body) -> Answer:
    """What a response body in the shapes of Converse says."""
    found = blocks(output["output"]["message"]["content"])
    # Members that are not set are null.
    names = {name for block in found for name, value in block.items() if value is not None}
    texts = [text for block in found for text in _texts(block)]
    usage = output.get("usage")
    return Answer(
        text=joined(texts, has_others=bool(names - {"text"})),
        stop_reason=reason(output.get("stopReason")),
        input_tokens=tokens(usage, "inputTokens"),
        output_tokens=tokens(usage, "outputTokens"),
        has_more=bool(names - {"text", "reasoningContent"}),
    )


def _texts(block: Body) -> Iterator[str]:
    if block.get("text") is not None:
        yield string(block["text"])
    cited = block.get("citationsContent")
    if cited is not None:
        for each in blocks(members(cited).get("content") or []):
            yield from _texts({"text": each.get("text")})


CONVERSE: Final = Family(
    name=kinds.CONVERSE,
    # A job chooses it by its invocation type.
    models=re.compile(r"(?!)"),
    source="bedrock/latest/APIReference/API_runtime_Converse.html, 2026-11-27",
    kinds=frozenset({kinds.CONVERSE}),
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
    values={
        "additionalModelRequestFields": values.an_object,
        "additionalModelResponseFieldPaths": values.texts,
        "guardrailConfig": values.an_object,
        "inferenceConfig": values.structure(
            {
                "maxTokens": values.whole_number,
                "stopSequences": values.texts,
                "temperature": values.share,
                "topP": values.share,
            }
        ),
        "messages": Messages(content=_CONTENT.check, takes_late_system=True, starts_with_user=True).check,
        "modelId": _model_id,
        "outputConfig": output_config_of_converse,
        "performanceConfig": values.an_object,
        "promptVariables": values.an_object,
        "requestMetadata": values.an_object,
        "serviceTier": values.an_object,
        "system": _system,
        "toolConfig": _tool_config,
    },
    body=_body,
    takes_schema=True,
    asked_schema=schema_of_converse,
    answer=converse_answer,
    answer_limit=OF_CONVERSE,
)
