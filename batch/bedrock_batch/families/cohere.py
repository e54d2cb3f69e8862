"""Cohere Embed: several texts or images in one body."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bedrock_batch.families import kinds, values
from bedrock_batch.families.answer import Answer, vector
from bedrock_batch.families.blocks import TypedBlocks
from bedrock_batch.families.family import Body, Family
from bedrock_batch.families.fault import NONE, Fault
from bedrock_batch.families.question import Question
from bedrock_batch.families.values import Check, given

TYPES: Final = ("float", "int8", "uint8", "binary", "ubinary")
_ITEMS: Final = 96
_SIZES_V3: Final = frozenset({1024})
_SIZES_V4: Final = frozenset({256, 512, 1024, 1536})
# Cohere documents the type for images. What the model says of another one is not known.
_IMAGE_TYPE: Final = "should be image, as the body has images"
_TEXT_TYPE: Final = "image is for a body with images"
_PURPOSES: Final = ("search_document", "search_query", "classification", "clustering")
# The service says so, whatever `truncate` is: "#/texts/0: expected maxLength: 2048".
_LENGTH_V3: Final = 2048


_PARTS: Final = TypedBlocks(types={"image_url": "image_url", "text": "text"}, takes_text=False)


def _list_up_to(most: int, *, length: int | None = None) -> Check:
    def check(path: str, value: Any) -> Sequence[Fault]:
        if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
            return (Fault(path, "must be a list of strings that is not empty"),)
        if len(value) > most:
            return (Fault(path, f"may have {most} at most"),)
        if length is not None and any(len(each) > length for each in value):
            return (Fault(path, f"each may have {length:,} characters at most"),)
        return NONE

    return check


def _images_up_to(most: int) -> Check:
    texts = _list_up_to(most)

    def check(path: str, value: Any) -> Sequence[Fault]:
        if faults := texts(path, value):
            return faults
        if all(each.startswith("data:") for each in value):
            return NONE
        return (Fault(path, "must be data URIs, such as data:image/png;base64,..."),)

    return check


def _inputs(path: str, value: Any) -> Sequence[Fault]:
    if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
        return (Fault(path, "must be a list of objects that is not empty"),)
    if len(value) > _ITEMS:
        return (Fault(path, f"may have {_ITEMS} at most"),)
    return tuple(
        dict.fromkeys(fault for each in value for fault in _PARTS.check(f"{path}.content", each.get("content")))
    )


def _body(question: Question) -> dict[str, Any]:
    return {"texts": [question.text], "input_type": "search_document"}


def _faults_v3(body: Body) -> Sequence[Fault]:
    has_images = given(body, "images")
    if given(body, "texts") == has_images:
        return (Fault("modelInput", "must have either texts or images"),)
    if (body.get("input_type") == "image") == has_images:
        return NONE
    return (Fault("modelInput.input_type", _IMAGE_TYPE if has_images else _TEXT_TYPE, True),)


def _faults_v4(body: Body) -> Iterator[Fault]:
    if given(body, "texts") and given(body, "images"):
        yield Fault("modelInput", "must not have texts and images; use inputs for both")
    elif given(body, "inputs") and (given(body, "texts") or given(body, "images")):
        yield Fault("modelInput", "should have only one of texts, images and inputs", True)
    elif not given(body, "texts") and not given(body, "images") and not given(body, "inputs"):
        yield Fault("modelInput", "must have texts, images or inputs")


def _truncate_v4(path: str, value: Any) -> Sequence[Fault]:
    if value in ("NONE", "LEFT", "RIGHT"):
        return NONE
    # The words of Embed v3.
    return (Fault(path, "must be one of NONE, LEFT, RIGHT", value in ("START", "END")),)


def _answer(output: Body) -> Answer:
    found = output["embeddings"]
    if isinstance(found, dict):
        return Answer(vectors={name: _vectors(each) for name, each in found.items() if each is not None} or None)
    return Answer(vectors=_vectors(found))


def _vectors(value: Any) -> Any:
    if not isinstance(value, list) or not value:
        raise TypeError("not a list of vectors")
    return [vector(each) for each in value]


COHERE_V3: Final = Family(
    name="Cohere Embed v3",
    models=re.compile(r"cohere\.embed-(?:english|multilingual)-v3"),
    source="bedrock/latest/userguide/model-parameters-embed-v3.html, 2026-11-27",
    kinds=frozenset({kinds.COHERE}),
    required=("input_type",),
    optional=frozenset({"embedding_types", "images", "texts", "truncate"}),
    values={
        "embedding_types": values.some_of(*TYPES),
        "images": _images_up_to(1),
        "input_type": values.one_of(*_PURPOSES, "image"),
        "texts": _list_up_to(_ITEMS, length=_LENGTH_V3),
        "truncate": values.one_of("NONE", "START", "END"),
    },
    faults=_faults_v3,
    body=_body,
    answer=_answer,
    dimensions=_SIZES_V3,
)

COHERE_V4: Final = Family(
    name="Cohere Embed v4",
    models=re.compile(r"cohere\.embed-v4"),
    source="bedrock/latest/userguide/model-parameters-embed-v4.html, 2026-11-27",
    kinds=frozenset({kinds.COHERE}),
    required=("input_type",),
    optional=frozenset({"embedding_types", "images", "inputs", "max_tokens", "output_dimension", "texts", "truncate"}),
    values={
        "embedding_types": values.some_of(*TYPES),
        "images": _images_up_to(_ITEMS),
        "input_type": values.one_of(*_PURPOSES),
        "inputs": _inputs,
        "max_tokens": values.whole_number,
        "output_dimension": values.size_of(_SIZES_V4),
        "texts": _list_up_to(_ITEMS),
        "truncate": _truncate_v4,
    },
    faults=_faults_v4,
    body=_body,
    answer=_answer,
    dimensions=_SIZES_V4,
)
