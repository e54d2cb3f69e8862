"""Amazon Nova: the shapes of Converse, with members of its own, on InvokeModel."""

import re
from collections.abc import Sequence
from typing import Any, Final

from bedrock_batch.families import kinds, values
from bedrock_batch.families.answer_limit import OF_NOVA
from bedrock_batch.families.blocks import UntypedBlocks
from bedrock_batch.families.converse import converse_answer
from bedrock_batch.families.family import Family
from bedrock_batch.families.fault import NONE, Fault
from bedrock_batch.families.messages import Messages
from bedrock_batch.families.question import Question

# A block may be the end of what is cached, other than in Converse:
# github.com/aws-samples/amazon-bedrock-samples, prompt caching with Amazon Nova. What Nova says of an empty text is
# not documented.
_CONTENT: Final = UntypedBlocks(
    members=frozenset(
        {"audio", "cachePoint", "document", "image", "reasoningContent", "text", "toolResult", "toolUse", "video"}
    ),
    beside="cachePoint",
    is_empty_doubtful=True,
)
_SYSTEM: Final = UntypedBlocks(members=frozenset({"cachePoint", "text"}), beside="cachePoint", is_empty_doubtful=True)


def _body(question: Question) -> dict[str, Any]:
    body: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": question.text}]}]}
    if question.system is not None:
        body["system"] = [{"text": question.system}]
    limits = {"maxTokens": question.max_tokens, "temperature": question.temperature}
    if config := {name: value for name, value in limits.items() if value is not None}:
        body["inferenceConfig"] = config
    return body


def _system(path: str, value: Any) -> Sequence[Fault]:
    return _SYSTEM.check(path, value) if value or not isinstance(value, list) else NONE


NOVA: Final = Family(
    name="Amazon Nova",
    # Not the embeddings, nor the models for images, video and speech.
    models=re.compile(r"amazon\.nova-(?:\d+-)?(?:micro|lite|pro|premier|omni)"),
    source="nova/latest/userguide/complete-request-schema.html and nova2-userguide/request-response-schema.html,"
    " 2026-11-27",
    kinds=frozenset({kinds.CONVERSE}),
    required=("messages",),
    optional=frozenset(
        {
            "additionalModelRequestFields",
            "inferenceConfig",
            "reasoningConfig",
            "schemaVersion",
            "system",
            "toolConfig",
        }
    ),
    values={
        "inferenceConfig": values.structure(
            {
                "max_new_tokens": values.whole_number,
                "maxTokens": values.whole_number,
                "reasoningConfig": values.an_object,
                "stopSequences": values.texts,
                "temperature": values.share,
                "top_k": values.count,
                "top_p": values.share,
                "topK": values.count,
                "topP": values.share,
            }
        ),
        "messages": Messages(content=_CONTENT.check, starts_with_user=True).check,
        "reasoningConfig": values.an_object,
        "schemaVersion": values.one_of("messages-v1"),
        "system": _system,
        "toolConfig": values.an_object,
    },
    body=_body,
    answer=converse_answer,
    answer_limit=OF_NOVA,
)
