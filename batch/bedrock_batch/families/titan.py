"""Amazon Titan: embeddings of texts and images, and texts.

Batch inference is documented for Titan Text Embeddings V2 and Titan Multimodal Embeddings (2026-11-27). The others are
here for their bodies.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from bedrock_batch.families import kinds, values
from bedrock_batch.families.answer import Answer, members, reason, string, tokens, vector
from bedrock_batch.families.answer_limit import OF_TITAN_TEXT
from bedrock_batch.families.family import Body, Family
from bedrock_batch.families.fault import NONE, Fault
from bedrock_batch.families.question import Question
from bedrock_batch.families.values import given

_TEXT_PAGE: Final = "bedrock/latest/userguide/model-parameters-titan-embed-text.html, 2026-11-27"
_SIZES_V1: Final = frozenset({1536})
_SIZES_V2: Final = frozenset({256, 512, 1024})
_SIZES_MULTIMODAL: Final = frozenset({256, 384, 1024})
# The service says so: "expected maxLength: 50000".
_INPUT_TEXT: Final = values.text_up_to(50_000)


def _embedding_body(question: Question) -> dict[str, Any]:
    return {"inputText": question.text}


def _embedding(output: Body) -> Answer:
    # Members that are not set may be null.
    found = members(members(output).get("embeddingsByType") or {})
    by_type = {name: vector(each) for name, each in found.items() if each is not None}
    return Answer(vectors=by_type or vector(output["embedding"]), input_tokens=tokens(output, "inputTextTokenCount"))


def _text_or_image(body: Body) -> Sequence[Fault]:
    if given(body, "inputText") or given(body, "inputImage"):
        return NONE
    return (Fault("modelInput", "must have inputText, inputImage or both"),)


def _text_body(question: Question) -> dict[str, Any]:
    # There is no place for a system text.
    text = question.text if question.system is None else f"{question.system}\n\n{question.text}"
    limits = {"maxTokenCount": question.max_tokens, "temperature": question.temperature}
    config = {name: value for name, value in limits.items() if value is not None}
    return {"inputText": text, **({"textGenerationConfig": config} if config else {})}


def _text_answer(output: Body) -> Answer:
    first = output["results"][0]
    return Answer(
        text=string(first["outputText"]),
        stop_reason=reason(first.get("completionReason")),
        input_tokens=tokens(output, "inputTextTokenCount"),
        output_tokens=tokens(first, "tokenCount"),
    )


TITAN_EMBEDDINGS_V1: Final = Family(
    name="Amazon Titan Text Embeddings V1",
    models=re.compile(r"amazon\.titan-embed-(?:text-v1|g1-text)"),
    source=_TEXT_PAGE,
    kinds=frozenset({kinds.TITAN_EMBEDDINGS}),
    required=("inputText",),
    optional=frozenset(),
    values={"inputText": _INPUT_TEXT},
    is_closed=True,
    body=_embedding_body,
    answer=_embedding,
    dimensions=_SIZES_V1,
)

TITAN_EMBEDDINGS_V2: Final = Family(
    name="Amazon Titan Text Embeddings V2",
    models=re.compile(r"amazon\.titan-embed-text-v2"),
    source=_TEXT_PAGE,
    kinds=frozenset({kinds.TITAN_EMBEDDINGS}),
    required=("inputText",),
    optional=frozenset({"dimensions", "embeddingTypes", "normalize"}),
    values={
        "dimensions": values.size_of(_SIZES_V2),
        "embeddingTypes": values.some_of("float", "binary"),
        "inputText": _INPUT_TEXT,
        "normalize": values.flag,
    },
    is_closed=True,
    body=_embedding_body,
    answer=_embedding,
    dimensions=_SIZES_V2,
)

TITAN_MULTIMODAL: Final = Family(
    name="Amazon Titan Multimodal Embeddings",
    models=re.compile(r"amazon\.titan-embed-image"),
    source="bedrock/latest/userguide/model-parameters-titan-embed-mm.html, 2026-11-27",
    kinds=frozenset({kinds.TITAN_EMBEDDINGS}),
    required=(),
    optional=frozenset({"embeddingConfig", "inputImage", "inputText"}),
    values={
        "embeddingConfig": values.structure({"outputEmbeddingLength": values.size_of(_SIZES_MULTIMODAL)}),
        "inputImage": values.text,
        "inputText": values.text,
    },
    is_closed=True,
    faults=_text_or_image,
    body=_embedding_body,
    answer=_embedding,
    dimensions=_SIZES_MULTIMODAL,
)

TITAN_TEXT: Final = Family(
    name=kinds.TITAN_TEXT,
    models=re.compile(r"amazon\.titan-(?:text|tg1)"),
    source="bedrock/latest/userguide/model-parameters-titan-text.html, 2026-11-27",
    kinds=frozenset({kinds.TITAN_TEXT, kinds.TITAN_EMBEDDINGS}),
    required=("inputText",),
    optional=frozenset({"textGenerationConfig"}),
    values={
        "inputText": values.text,
        "textGenerationConfig": values.structure(
            {
                "maxTokenCount": values.count,
                "stopSequences": values.texts,
                "temperature": values.share,
                "topP": values.share,
            }
        ),
    },
    is_closed=True,
    body=_text_body,
    answer=_text_answer,
    answer_limit=OF_TITAN_TEXT,
)
