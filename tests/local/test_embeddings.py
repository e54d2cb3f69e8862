"""Vectors of the embedded AWS: sizes, types and forms of each model. No server is needed here."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bedrock_batch.families import FAMILIES, Question, family_of
from bedrock_batch_local.inference.answers import DeterministicModel
from bedrock_batch_local.inference.one_record import Answer, Inference

TITAN_V1 = "amazon.titan-embed-text-v1"
TITAN_V2 = "amazon.titan-embed-text-v2:0"
TITAN_IMAGE = "amazon.titan-embed-image-v1:0"
NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"
COHERE_V3 = "cohere.embed-english-v3"
COHERE_V4 = "cohere.embed-v4:0"
TEXT = "pump seals leak"
IMAGE = "aVZCT1J3MEtHZ28="


def answer(model_id: str, body: dict[str, Any]) -> Answer:
    return Inference(DeterministicModel()).answer(body, model_id, converse=False)


def output(model_id: str, body: dict[str, Any]) -> Any:
    found = answer(model_id, body)
    assert found.succeeded, found.error_message
    return found.output


def nova(**params: Any) -> dict[str, Any]:
    return {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": {"embeddingPurpose": "GENERIC_INDEX", **params}}


def cohere(**members: Any) -> dict[str, Any]:
    return {"input_type": "search_document", "texts": [TEXT, "invoices"], **members}


@pytest.mark.parametrize(
    ("model_id", "body", "size"),
    [
        (TITAN_V1, {"inputText": TEXT}, 1536),
        (TITAN_V2, {"inputText": TEXT}, 1024),
        (TITAN_V2, {"inputText": TEXT, "dimensions": 256}, 256),
        (TITAN_V2, {"inputText": TEXT, "dimensions": 512}, 512),
        (TITAN_IMAGE, {"inputText": TEXT}, 1024),
        (TITAN_IMAGE, {"inputImage": IMAGE}, 1024),
        (TITAN_IMAGE, {"inputImage": IMAGE, "embeddingConfig": {"outputEmbeddingLength": 384}}, 384),
    ],
)
def test_titan_answers_with_one_vector_of_the_asked_size(model_id: str, body: dict[str, Any], size: int) -> None:
    found = output(model_id, body)

    assert len(found["embedding"]) == size
    assert {type(value) for value in found["embedding"]} == {float}
    assert sum(value * value for value in found["embedding"]) == pytest.approx(1, abs=1e-3)
    assert found["inputTextTokenCount"] == (3 if "inputText" in body else 0)
    assert ("embeddingsByType" in found) is (model_id == TITAN_V2)
    assert ("message" in found) is (model_id == TITAN_IMAGE)


def test_titan_v2_answers_in_the_asked_types() -> None:
    plain = output(TITAN_V2, {"inputText": TEXT})
    both = output(TITAN_V2, {"inputText": TEXT, "embeddingTypes": ["binary", "float"]})

    assert plain["embeddingsByType"] == {"float": plain["embedding"]}
    assert both["embeddingsByType"]["float"] == plain["embedding"]
    assert both["embeddingsByType"]["binary"] == [int(value > 0) for value in plain["embedding"]]


def test_titan_v2_leaves_the_length_of_a_vector_if_asked() -> None:
    raw = output(TITAN_V2, {"inputText": TEXT, "normalize": False})["embedding"]

    assert sum(value * value for value in raw) > 2


def test_titan_answers_otherwise_for_a_text_with_an_image() -> None:
    vectors = [
        output(TITAN_IMAGE, body)["embedding"]
        for body in ({"inputText": TEXT}, {"inputImage": IMAGE}, {"inputText": TEXT, "inputImage": IMAGE})
    ]

    assert len({json.dumps(vector) for vector in vectors}) == 3


@pytest.mark.parametrize("size", [256, 384, 1024, 3072])
def test_nova_answers_with_a_vector_of_the_asked_size(size: int) -> None:
    (found,) = output(NOVA, nova(embeddingDimension=size, text={"truncationMode": "END", "value": TEXT}))["embeddings"]

    assert (found["embeddingType"], len(found["embedding"])) == ("TEXT", size)


def test_nova_answers_with_3072_values_if_no_size_is_asked() -> None:
    (found,) = output(NOVA, nova(image={"format": "png", "source": {"bytes": IMAGE}}))["embeddings"]

    assert (found["embeddingType"], len(found["embedding"])) == ("IMAGE", 3072)


@pytest.mark.parametrize(
    ("mode", "types"),
    [("AUDIO_VIDEO_COMBINED", ["AUDIO_VIDEO_COMBINED"]), ("AUDIO_VIDEO_SEPARATE", ["VIDEO", "AUDIO"])],
)
def test_nova_answers_a_video_as_it_is_asked(mode: str, types: list[str]) -> None:
    video = {"format": "mp4", "embeddingMode": mode, "source": {"s3Location": {"uri": "s3://b/in/x.mp4"}}}
    found = output(NOVA, nova(video=video, embeddingDimension=256))["embeddings"]

    assert [each["embeddingType"] for each in found] == types
    assert len({json.dumps(each["embedding"]) for each in found}) == len(types)


@pytest.mark.parametrize(
    ("model_id", "members", "size"),
    [(COHERE_V3, {}, 1024), (COHERE_V4, {}, 1536), (COHERE_V4, {"output_dimension": 256}, 256)],
)
def test_cohere_answers_with_a_vector_for_each_text(model_id: str, members: dict[str, Any], size: int) -> None:
    found = output(model_id, cohere(**members))

    assert [len(vector) for vector in found["embeddings"]] == [size, size]
    assert (found["response_type"], found["texts"]) == ("embeddings_floats", [TEXT, "invoices"])
    assert found["id"]


@pytest.mark.parametrize("model_id", [COHERE_V3, COHERE_V4])
def test_cohere_answers_in_the_asked_types(model_id: str) -> None:
    types = ["float", "int8", "uint8", "binary", "ubinary"]
    found = output(model_id, cohere(embedding_types=types))
    size = 1024 if model_id == COHERE_V3 else 1536
    bounds = {"int8": (-128, 127), "uint8": (0, 255), "binary": (-128, 127), "ubinary": (0, 255)}

    assert found["response_type"] == "embeddings_by_type"
    assert list(found["embeddings"]) == types
    for kind, (least, most) in bounds.items():
        for vector in found["embeddings"][kind]:
            # Eight dimensions share one byte in the binary types.
            assert len(vector) == (size // 8 if "binary" in kind else size)
            assert all(type(value) is int and least <= value <= most for value in vector)
            assert len(set(vector)) > 2
    assert all(abs(value) <= 1 for value in found["embeddings"]["float"][0])


def test_cohere_answers_for_images_and_for_inputs_of_both() -> None:
    image = f"data:image/png;base64,{IMAGE}"
    parts = [{"type": "text", "text": TEXT}, {"type": "image_url", "image_url": {"url": image}}]
    inputs = [{"content": parts}, {"content": parts[:1]}]
    of_inputs = output(COHERE_V4, {"input_type": "search_document", "inputs": inputs})

    assert len(output(COHERE_V3, {"input_type": "image", "images": [image]})["embeddings"]) == 1
    assert (len(of_inputs["embeddings"]), of_inputs["inputs"]) == (2, inputs)
    assert of_inputs["embeddings"][1] == output(COHERE_V4, cohere())["embeddings"][0]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.models.pattern[:30])
def test_each_family_reads_what_its_model_answers_to_a_built_body(family: Any) -> None:
    model_id = next(each for each in MODELS if family_of(each, converse=False) is family)
    body = family.body(Question(text=TEXT))
    first, second = answer(model_id, body), answer(model_id, body)
    read = family.answer(first.output)

    assert first.succeeded, first.error_message
    assert first == second
    assert bool(read.vectors) is bool(family.dimensions)
    assert bool(read.text) is not bool(family.dimensions)
    assert first.input_tokens > 0


MODELS = [
    *(TITAN_V1, TITAN_V2, TITAN_IMAGE, NOVA, COHERE_V3, COHERE_V4, "amazon.nova-lite-v1:0"),
    *("amazon.titan-text-express-v1", "anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-opus-5"),
    *("anthropic.claude-opus-4-1-20250805-v1:0", "anthropic.claude-haiku-4-5-20251001-v1:0", "qwen.qwen3-32b-v1:0"),
    *("meta.llama3-3-70b-instruct-v1:0", "meta.llama4-scout-17b-instruct-v1:0", "openai.gpt-oss-20b-1:0"),
    *("mistral.mistral-7b-instruct-v0:2", "mistral.mistral-large-2402-v1:0"),
]
