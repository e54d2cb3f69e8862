"""No body, whatever it holds, is more than a list of faults."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bedrock_batch.families import FAMILIES, Fault, family_like, names_media
from bedrock_batch.families.converse import CONVERSE

ROWS = [*FAMILIES, CONVERSE]
_INNER = [
    *("audio", "bytes", "content", "data", "embedding", "embeddingDimension", "format", "image", "inputTokens"),
    *("maxTokens", "message", "outputText", "outputEmbeddingLength", "role", "s3Location", "source", "text"),
    *("truncationMode", "type", "uri", "usage", "value"),
]
_OUTPUT = [
    *("choices", "content", "embedding", "embeddings", "embeddingsByType", "generation", "output", "outputs"),
    *("results", "usage"),
]
_WORDS = st.sampled_from(["user", "system", "text", "float", "SINGLE_EMBEDDING", "", "\ud83d"])
_SCALARS = st.none() | st.booleans() | st.integers(-2, 2000) | st.floats() | _WORDS
_MEMBERS = sorted({member for family in ROWS for member in (*family.required, *family.optional)})
JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_INNER), inner, max_size=4),
    max_leaves=8,
)
BODIES = st.dictionaries(st.sampled_from([*_MEMBERS, "custom_id", "other"]), JSON, max_size=6)


@settings(max_examples=300, deadline=None)
@given(body=BODIES)
def test_any_body_can_be_checked(body: dict[str, Any]) -> None:
    for family in ROWS:
        assert all(isinstance(fault, Fault) for fault in family.check(body))
    family_like(body)
    names_media(body)


@settings(max_examples=300, deadline=None)
@given(output=st.dictionaries(st.sampled_from(_OUTPUT), JSON, max_size=4) | JSON)
def test_an_answer_of_another_form_is_told_by_three_errors_only(output: Any) -> None:
    for family in ROWS:
        try:
            family.answer(output)
        except (KeyError, IndexError, TypeError):
            continue
