"""Cohere Embed: several texts or images in one body."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bedrock_batch.families import kinds, values
from bedrock_batch.families.answer import Answer
from bedrock_batch.families.family import Body, Family
from bedrock_batch.families.fault import NONE, Fault
from bedrock_batch.families.question import Question
from bedrock_batch.families.values import Check, given

TYPES: Final = ("float", "int8", "uint8", "binary", "ubinary")
_ITEMS: Final = 96
_SIZES_V3: Final = frozenset({1024})
_SIZES_V4: Final = frozenset({256, 512, 1024, 1536})
_PURPOSES: Final = ("search_document", "search_query", "classification", "clustering")
# The service says so, whatever `truncate` is: "#/texts/0: expected maxLength: 2048".
_LENGTH_V3: Final = 2048


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


def _inputs(path: str, value: Any) -> Sequence[Fault]:
    if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
        return (Fault(path, "must be a list of objects that is not empty"),)
    if len(value) > _ITEMS:
        return (Fault(path, f"may have {_ITEMS} at most"),)
    if all(isinstance(each.get("content"), list) for each in value):
        return NONE
    return (Fault(f"{path}.content", "must be a list"),)


def _body(question: Question) -> dict[str, Any]:
    return {"texts": [question.text], "input_type": "search_document"}


def _faults_v3(body: Body) -> Sequence[Fault]:
    if given(body, "texts") != given(body, "images"):
        return NONE
    return (Fault("modelInput", "must have either texts or images"),)


def _faults_v4(body: Body) -> Iterator[Fault]:
    if given(body, "texts") and given(body, "images"):
        yield Fault("modelInput", "must not have texts and images; use inputs for both")
    elif not given(body, "texts") and not given(body, "images") and not given(body, "inputs"):
        yield Fault("modelInput", "must have texts, images or inputs")


def _truncate_v4(path: str, value: Any) -> Sequence[Fault]:
    if value in ("NONE", "LEFT", "RIGHT"):
        return NONE
    # The words of Embed v3.
    return (Fault(path, "must be one of NONE, LEFT, RIGHT", value in ("START", "END")),)


def _answer(output: Body) -> Answer:
    return Answer(vectors=output["embeddings"])


COHERE_V3: Final = Family(
    name="Cohere Embed v3",
    models=re.compile(r"cohere\.embed-(?:english|multilingual)-v3"),
    source="bedrock/latest/userguide/model-parameters-embed-v3.html, 2026-11-27",
    kinds=frozenset({kinds.COHERE}),
    required=("input_type",),
    optional=frozenset({"embedding_types", "images", "texts", "truncate"}),
    values={
        "embedding_types": values.some_of(*TYPES),
        "images": _list_up_to(1),
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
        "images": _list_up_to(_ITEMS),
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
