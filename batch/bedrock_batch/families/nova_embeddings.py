"""Amazon Nova Multimodal Embeddings."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bedrock_batch.families import kinds, values
from bedrock_batch.families.answer import Answer, blocks, vector
from bedrock_batch.families.family import Body, Family
from bedrock_batch.families.fault import Fault
from bedrock_batch.families.question import Question
from bedrock_batch.families.values import given

_SIZES: Final = frozenset({256, 384, 1024, 3072})
_MODALITIES: Final = ("text", "image", "audio", "video")
_PARAMS: Final = "modelInput.singleEmbeddingParams"
_SOURCE_MEMBERS: Final = values.structure(
    {
        "bytes": values.text,
        "s3Location": values.structure({"bucketOwner": values.text, "uri": values.text}, required=("uri",)),
    }
)


def _source(path: str, value: Any) -> Sequence[Fault]:
    faults = _SOURCE_MEMBERS(path, value)
    if isinstance(value, dict):
        count = given(value, "bytes") + given(value, "s3Location")
        if count != 1:
            # Which of both counts is not documented.
            return (*faults, Fault(path, "must have either bytes or s3Location", count > 1))
    return faults


_SINGLE: Final = values.structure(
    {
        "audio": values.structure(
            {"format": values.one_of("mp3", "wav", "ogg"), "source": _source}, required=("format", "source")
        ),
        "embeddingDimension": values.size_of(_SIZES),
        "embeddingPurpose": values.one_of(
            "GENERIC_INDEX",
            "GENERIC_RETRIEVAL",
            "TEXT_RETRIEVAL",
            "IMAGE_RETRIEVAL",
            "VIDEO_RETRIEVAL",
            "DOCUMENT_RETRIEVAL",
            "AUDIO_RETRIEVAL",
            "CLASSIFICATION",
            "CLUSTERING",
        ),
        "image": values.structure(
            {
                "detailLevel": values.one_of("STANDARD_IMAGE", "DOCUMENT_IMAGE"),
                "format": values.one_of("png", "jpeg", "gif", "webp"),
                "source": _source,
            },
            required=("format", "source"),
        ),
        "text": values.structure(
            {
                "source": _source,
                "truncationMode": values.one_of("START", "END", "NONE"),
                "value": values.text,
            },
            required=("truncationMode",),
        ),
        "video": values.structure(
            {
                "embeddingMode": values.one_of("AUDIO_VIDEO_COMBINED", "AUDIO_VIDEO_SEPARATE"),
                "format": values.one_of("mp4", "mov", "mkv", "webm", "flv", "mpeg", "mpg", "wmv", "3gp"),
                "source": _source,
            },
            required=("embeddingMode", "format", "source"),
        ),
    },
    required=("embeddingPurpose",),
)


def _body(question: Question) -> dict[str, Any]:
    params = {"embeddingPurpose": "GENERIC_INDEX", "text": {"truncationMode": "END", "value": question.text}}
    return {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": params}


def _faults(body: Body) -> Iterator[Fault]:
    if body.get("taskType") == "SEGMENTED_EMBEDDING":
        # Documented for asynchronous calls; the pages do not say which of the two batch inference is.
        if not given(body, "segmentedEmbeddingParams"):
            yield Fault("modelInput.segmentedEmbeddingParams", f"required by {NOVA_EMBEDDINGS.name}")
        yield Fault("modelInput.taskType", "SEGMENTED_EMBEDDING is documented for asynchronous calls only", True)
        return
    params = body.get("singleEmbeddingParams")
    if not given(body, "singleEmbeddingParams"):
        yield Fault(_PARAMS, f"required by {NOVA_EMBEDDINGS.name}")
    elif isinstance(params, dict):
        if sum(given(params, each) for each in _MODALITIES) != 1:
            yield Fault(_PARAMS, f"must have exactly one of {', '.join(_MODALITIES)}")
        text = params.get("text")
        if isinstance(text, dict) and given(text, "value") == given(text, "source"):
            yield Fault(f"{_PARAMS}.text", "must have either value or source")


def _answer(output: Body) -> Answer:
    return Answer(vectors=[vector(each["embedding"]) for each in blocks(output["embeddings"])] or None)


NOVA_EMBEDDINGS: Final = Family(
    name="Amazon Nova Multimodal Embeddings",
    models=re.compile(r"amazon\.nova-(?:\d+-)?(?:multimodal-)?embedding"),
    source="nova/latest/userguide/embeddings-schema.html, 2026-11-27",
    kinds=frozenset({kinds.NOVA_EMBEDDINGS}),
    required=("taskType",),
    optional=frozenset({"schemaVersion", "segmentedEmbeddingParams", "singleEmbeddingParams"}),
    values={
        "schemaVersion": values.one_of("nova-multimodal-embed-v1"),
        "segmentedEmbeddingParams": values.an_object,
        "singleEmbeddingParams": _SINGLE,
        "taskType": values.one_of("SINGLE_EMBEDDING", "SEGMENTED_EMBEDDING"),
    },
    faults=_faults,
    body=_body,
    answer=_answer,
    dimensions=_SIZES,
)
