"""What is wrong with a body, and the text that says so."""

from typing import Any

import pytest
from batch.families.bodies import CHAT, CLAUDE, COHERE, CONVERSE, NOVA_EMBEDDING, with_params

from bedrock_batch.families import Fault, family_of

HAIKU_3 = "anthropic.claude-3-haiku-20240307-v1:0"
SONNET_3_7 = "anthropic.claude-3-7-sonnet-20250219-v1:0"
HAIKU_4_5 = "anthropic.claude-haiku-4-5-20251001-v1:0"
OPUS_5 = "anthropic.claude-opus-5"
NOVA = "amazon.nova-lite-v1:0"
QWEN = "qwen.qwen3-32b-v1:0"
GPT_OSS = "openai.gpt-oss-20b-1:0"
LLAMA = "meta.llama3-1-8b-instruct-v1:0"
MIXTRAL = "mistral.mixtral-8x7b-instruct-v0:1"
MISTRAL_LARGE = "mistral.mistral-large-2402-v1:0"
TITAN_V1 = "amazon.titan-embed-text-v1"
TITAN_V2 = "amazon.titan-embed-text-v2:0"
TITAN_IMAGE = "amazon.titan-embed-image-v1"
TITAN_TEXT = "amazon.titan-text-express-v1"
NOVA_EMBED = "amazon.nova-2-multimodal-embeddings-v1:0"
COHERE_V3 = "cohere.embed-english-v3"
COHERE_V4 = "cohere.embed-v4:0"
A_CONVERSE_JOB = "converse"

ROLES = "must be one of user, assistant"
IMAGE = "data:image/png;base64,eA=="
SYSTEM_TURN = {"role": "system", "content": [{"type": "text", "text": "Be brief."}]}
SYSTEM = "a message cannot have the role system; put its text into modelInput.system"
LATE_SYSTEM = "only some models take a message with the role system, and never as the first one"
TYPED = "must be a string, or a list of blocks that have a type each"
BLOCKS = 'must be a list of blocks with one member each, such as {"text": ...}'
ONE_SAMPLER = "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
SMALL_LIMIT = "`max_tokens` must be greater than `thinking.budget_tokens`."
SAMPLERS = {"temperature": 0.5, "top_p": 0.5}


def faults(model: str, body: dict[str, Any]) -> list[Fault]:
    family = family_of(model, converse=model == A_CONVERSE_JOB)
    assert family is not None
    return list(family.check(body))


def without(body: dict[str, Any], member: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != member}


FILLED = "must be a string that is not empty"
PARTS = "must be a list of blocks that have a type each"
DATA_URIS = "must be data URIs, such as data:image/png;base64,..."
KNOWN = "not a member that is known here"
KNOWN_TYPE = "not a type of block that is known here"


def with_image(source: Any) -> dict[str, Any]:
    return with_params(text=None, image={"format": "png", "source": source})


def thinking(budget: Any, max_tokens: int, **members: Any) -> dict[str, Any]:
    return {
        **CLAUDE,
        "max_tokens": max_tokens,
        "thinking": {"type": "enabled", **({} if budget is None else {"budget_tokens": budget})},
        **members,
    }


def claude_turn(content: Any, role: str = "user", **members: Any) -> dict[str, Any]:
    return {**CLAUDE, "messages": [{"role": role, "content": content, **members}]}


def turn(content: Any, role: str = "user", **members: Any) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content, **members}]}


CERTAIN: list[tuple[str, dict[str, Any], str, str]] = [
    (HAIKU_3, without(CLAUDE, "anthropic_version"), "anthropic_version", "required by Anthropic Claude"),
    (HAIKU_3, without(CLAUDE, "max_tokens"), "max_tokens", "required by Anthropic Claude"),
    (HAIKU_3, without(CLAUDE, "messages"), "messages", "required by Anthropic Claude"),
    (HAIKU_3, {**CLAUDE, "messages": None}, "messages", "required by Anthropic Claude"),
    (HAIKU_3, {**CLAUDE, "anthropic_version": "2023-06-01"}, "anthropic_version", "must be bedrock-2023-05-31"),
    (HAIKU_3, {**CLAUDE, "max_tokens": "5"}, "max_tokens", "must be a whole number above zero"),
    (HAIKU_3, {**CLAUDE, "max_tokens": True}, "max_tokens", "must be a whole number above zero"),
    (HAIKU_3, {**CLAUDE, "max_tokens": 0}, "max_tokens", "must be a whole number above zero"),
    (HAIKU_3, {**CLAUDE, "temperature": 1.5}, "temperature", "must be a number from 0 to 1"),
    (HAIKU_3, {**CLAUDE, "temperature": True}, "temperature", "must be a number from 0 to 1"),
    (HAIKU_3, {**CLAUDE, "top_k": -1}, "top_k", "must be a whole number, zero or more"),
    (HAIKU_3, {**CLAUDE, "stop_sequences": "x"}, "stop_sequences", "must be a list of strings"),
    (HAIKU_3, {**CLAUDE, "tools": {}}, "tools", "must be a list of objects"),
    (HAIKU_3, {**CLAUDE, "thinking": 1}, "thinking", "must be an object"),
    (HAIKU_3, {**CLAUDE, "system": [{"text": "x"}]}, "system", TYPED),
    (HAIKU_3, {**CLAUDE, "messages": []}, "messages", "must be a list that is not empty"),
    (HAIKU_3, {**CLAUDE, "messages": ["x"]}, "messages", "must hold objects only"),
    (HAIKU_3, {**CLAUDE, "messages": [{"role": "user"}]}, "messages.content", "required in each message"),
    (HAIKU_3, {**CLAUDE, "messages": [{"role": "user", "content": 1}]}, "messages.content", TYPED),
    (HAIKU_3, {**CLAUDE, "messages": [{"content": "x"}]}, "messages.role", "must be one of user, assistant"),
    (
        HAIKU_3,
        {**CLAUDE, "messages": [{"role": [], "content": "x"}]},
        "messages.role",
        "must be one of user, assistant",
    ),
    (HAIKU_3, {**CLAUDE, "messages": [SYSTEM_TURN, *CLAUDE["messages"]]}, "messages.role", SYSTEM),
    (HAIKU_4_5, {**CLAUDE, **SAMPLERS}, "top_p", ONE_SAMPLER),
    (SONNET_3_7, thinking(5_000, 9), "thinking.budget_tokens", SMALL_LIMIT),
    (SONNET_3_7, thinking(5_000, 5_000), "thinking.budget_tokens", SMALL_LIMIT),
    (HAIKU_4_5, thinking(5_000, 9), "thinking.budget_tokens", SMALL_LIMIT),
    (
        SONNET_3_7,
        thinking(1_023, 9_000),
        "thinking.budget_tokens",
        "must be a whole number, 1,024 or more",
    ),
    (SONNET_3_7, thinking(None, 9_000), "thinking.budget_tokens", "required if type is enabled"),
    (SONNET_3_7, {**CLAUDE, "thinking": {}}, "thinking.type", "required"),
    (A_CONVERSE_JOB, {**CONVERSE, "modelId": "x"}, "modelId", "the job names the model; leave it out"),
    (
        A_CONVERSE_JOB,
        {**CONVERSE, "toolConfig": {}},
        "toolConfig",
        "Converse records cannot use tools in batch inference; use InvokeModel",
    ),
    (A_CONVERSE_JOB, {**CONVERSE, "system": "x"}, "system", BLOCKS),
    (
        A_CONVERSE_JOB,
        {**CONVERSE, "inferenceConfig": {"maxTokens": 0}},
        "inferenceConfig.maxTokens",
        "must be a whole number above zero",
    ),
    (A_CONVERSE_JOB, {**CONVERSE, "inferenceConfig": []}, "inferenceConfig", "must be an object"),
    (A_CONVERSE_JOB, {"messages": [{"role": "user", "content": [{}]}]}, "messages.content", BLOCKS),
    (A_CONVERSE_JOB, {"messages": [{"role": "user", "content": "x"}]}, "messages.content", BLOCKS),
    (
        A_CONVERSE_JOB,
        {"messages": [{"role": "user", "content": [{"text": "x", "image": {}}]}]},
        "messages.content",
        BLOCKS,
    ),
    (
        A_CONVERSE_JOB,
        {"messages": [{"role": "assistant", "content": [{"text": "x"}]}]},
        "messages.role",
        "the first message must have the role user",
    ),
    (A_CONVERSE_JOB, {}, "messages", "required by the Converse API"),
    (HAIKU_3, claude_turn([]), "messages.content", "must not be empty"),
    (HAIKU_3, claude_turn(""), "messages.content", "must not be empty"),
    (HAIKU_3, claude_turn([{"type": "text"}]), "messages.content.text", FILLED),
    (HAIKU_3, claude_turn([{"type": "text", "text": ""}] * 2), "messages.content.text", FILLED),
    (HAIKU_3, claude_turn([{"type": "text", "text": 5}]), "messages.content.text", FILLED),
    (HAIKU_3, claude_turn([{"type": 5}]), "messages.content", TYPED),
    (HAIKU_3, claude_turn([{"type": "image"}]), "messages.content.source", "required in a block of type image"),
    (
        HAIKU_3,
        claude_turn([{"type": "image_url", "image_url": {"url": "data:image/png;base64,eA=="}}]),
        "messages.content.type",
        "is a type of chat completions, which this model does not have",
    ),
    (
        HAIKU_3,
        claude_turn("Hello", name="Ann"),
        "messages.name",
        "not a member that a message of this model may have",
    ),
    (HAIKU_3, {**CLAUDE, "system": [{"type": "text", "text": ""}]}, "system.text", FILLED),
    (A_CONVERSE_JOB, turn([]), "messages.content", "must not be empty"),
    (A_CONVERSE_JOB, turn([{"text": ""}]), "messages.content.text", FILLED),
    (A_CONVERSE_JOB, turn([{"text": 5}]), "messages.content.text", FILLED),
    (A_CONVERSE_JOB, turn([{"text": None}]), "messages.content", BLOCKS),
    (A_CONVERSE_JOB, turn(["x"]), "messages.content", BLOCKS),
    (A_CONVERSE_JOB, turn([["text"]]), "messages.content", BLOCKS),
    (A_CONVERSE_JOB, {**CONVERSE, "system": [{"text": ""}]}, "system.text", FILLED),
    (A_CONVERSE_JOB, turn([{"text": "x", "cachePoint": {"type": "default"}}]), "messages.content", BLOCKS),
    (NOVA, turn([{"text": 5}]), "messages.content.text", FILLED),
    (NOVA, turn([{"text": "x", "image": {}, "cachePoint": {"type": "default"}}]), "messages.content", BLOCKS),
    (GPT_OSS, turn([{"type": "text"}]), "messages.content.text", "must be a string"),
    (
        GPT_OSS,
        turn([{"type": "image_url"}]),
        "messages.content.image_url",
        "required in a block of type image_url",
    ),
    (GPT_OSS, turn(5), "messages.content", TYPED),
    (NOVA, {"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]}, "messages.content", BLOCKS),
    (NOVA, {**CONVERSE, "schemaVersion": "v2"}, "schemaVersion", "must be one of messages-v1"),
    (
        NOVA,
        {"messages": [*CONVERSE["messages"], {"role": "system", "content": [{"text": "x"}]}]},
        "messages.role",
        SYSTEM,
    ),
    (
        GPT_OSS,
        {"messages": [{"role": "boss", "content": "x"}]},
        "messages.role",
        "must be one of system, developer, user, assistant, tool",
    ),
    (GPT_OSS, {**CHAT, "stream": True}, "stream", "must be false: batch inference does not stream"),
    (GPT_OSS, {**CHAT, "temperature": "hot"}, "temperature", "must be a number, zero or more"),
    (QWEN, {**CHAT, "temperature": -1}, "temperature", "must be a number, zero or more"),
    (QWEN, {**CHAT, "temperature": True}, "temperature", "must be a number, zero or more"),
    (QWEN, {**CHAT, "n": 0}, "n", "must be a whole number above zero"),
    (QWEN, {**CHAT, "stop": 5}, "stop", "must be a string, or a list of strings"),
    (QWEN, {**CHAT, "stop": [5]}, "stop", "must be a string, or a list of strings"),
    (QWEN, {**CHAT, "tools": ["x"]}, "tools", "must be a list of objects"),
    (QWEN, {**CHAT, "presence_penalty": "x"}, "presence_penalty", "must be a number"),
    (QWEN, {**CHAT, "frequency_penalty": True}, "frequency_penalty", "must be a number"),
    (MISTRAL_LARGE, {**CHAT, "tools": ["x"]}, "tools", "must be a list of objects"),
    (LLAMA, {"prompt": ""}, "prompt", "must be a string that is not empty"),
    (LLAMA, {"prompt": "x", "max_gen_len": 1.5}, "max_gen_len", "must be a whole number above zero"),
    (LLAMA, {}, "prompt", "required by Meta Llama"),
    (MIXTRAL, {"prompt": "x", "stop": "x"}, "stop", "must be a list of strings"),
    (MISTRAL_LARGE, {"max_tokens": 5}, "", "must have either prompt or messages"),
    (MISTRAL_LARGE, {**CHAT, "prompt": "x"}, "", "must have either prompt or messages"),
    (TITAN_V1, {}, "inputText", "required by Amazon Titan Text Embeddings V1"),
    (TITAN_V1, {"inputText": ["x"]}, "inputText", "must be a string that is not empty"),
    (TITAN_V1, {"inputText": "x" * 50_001}, "inputText", "may have 50,000 characters at most"),
    (
        TITAN_V1,
        {"inputText": "x", "dimensions": 512},
        "dimensions",
        "not a member that Amazon Titan Text Embeddings V1 is known to have",
    ),
    (
        TITAN_V2,
        {"inputText": "x", "dimensions": 384},
        "dimensions",
        "must be one of 256, 512, 1024, the sizes that the model has",
    ),
    (
        TITAN_V2,
        {"inputText": "x", "dimensions": [256]},
        "dimensions",
        "must be one of 256, 512, 1024, the sizes that the model has",
    ),
    (TITAN_V2, {"inputText": "x", "embeddingTypes": ["int8"]}, "embeddingTypes", "must be a list of float, binary"),
    (TITAN_V2, {"inputText": "x", "normalize": "yes"}, "normalize", "must be true or false"),
    (TITAN_IMAGE, {"embeddingConfig": {}}, "", "must have inputText, inputImage or both"),
    (
        TITAN_IMAGE,
        {"inputImage": "eA==", "embeddingConfig": {"outputEmbeddingLength": 512}},
        "embeddingConfig.outputEmbeddingLength",
        "must be one of 256, 384, 1024, the sizes that the model has",
    ),
    (
        TITAN_TEXT,
        {"inputText": "x", "textGenerationConfig": {"topP": 2}},
        "textGenerationConfig.topP",
        "must be a number from 0 to 1",
    ),
    (NOVA_EMBED, without(NOVA_EMBEDDING, "taskType"), "taskType", "required by Amazon Nova Multimodal Embeddings"),
    (
        NOVA_EMBED,
        {"taskType": "SINGLE_EMBEDDING"},
        "singleEmbeddingParams",
        "required by Amazon Nova Multimodal Embeddings",
    ),
    (
        NOVA_EMBED,
        with_params(embeddingDimension=512),
        "singleEmbeddingParams.embeddingDimension",
        "must be one of 256, 384, 1024, 3072, the sizes that the model has",
    ),
    (
        NOVA_EMBED,
        with_params(embeddingPurpose=None),
        "singleEmbeddingParams.embeddingPurpose",
        "required",
    ),
    (
        NOVA_EMBED,
        with_params(text={"truncationMode": "END"}),
        "singleEmbeddingParams.text",
        "must have either value or source",
    ),
    (
        NOVA_EMBED,
        with_params(text=None),
        "singleEmbeddingParams",
        "must have exactly one of text, image, audio, video",
    ),
    (
        NOVA_EMBED,
        with_params(text=None, image={"format": "bmp", "source": {"bytes": "eA=="}}),
        "singleEmbeddingParams.image.format",
        "must be one of png, jpeg, gif, webp",
    ),
    (COHERE_V3, without(COHERE, "input_type"), "input_type", "required by Cohere Embed v3"),
    (COHERE_V3, {"input_type": "search_document"}, "", "must have either texts or images"),
    (COHERE_V3, {**COHERE, "texts": []}, "texts", "must be a list of strings that is not empty"),
    (COHERE_V3, {**COHERE, "texts": ["x"] * 97}, "texts", "may have 96 at most"),
    (COHERE_V3, {**COHERE, "texts": ["x" * 2049]}, "texts", "each may have 2,048 characters at most"),
    (COHERE_V3, {**COHERE, "truncate": "LEFT"}, "truncate", "must be one of NONE, START, END"),
    (
        COHERE_V3,
        {"input_type": "image", "images": [IMAGE] * 2},
        "images",
        "may have 1 at most",
    ),
    (
        COHERE_V3,
        {**COHERE, "embedding_types": ["double"]},
        "embedding_types",
        "must be a list of float, int8, uint8, binary, ubinary",
    ),
    (
        COHERE_V4,
        {**COHERE, "output_dimension": 384},
        "output_dimension",
        "must be one of 256, 512, 1024, 1536, the sizes that the model has",
    ),
    (
        COHERE_V4,
        {**COHERE, "input_type": "image"},
        "input_type",
        "must be one of search_document, search_query, classification, clustering",
    ),
    (COHERE_V4, {**COHERE, "images": [IMAGE]}, "", "must not have texts and images; use inputs for both"),
    (COHERE_V4, {"input_type": "search_query"}, "", "must have texts, images or inputs"),
    (
        COHERE_V4,
        {"input_type": "search_query", "inputs": ["x"]},
        "inputs",
        "must be a list of objects that is not empty",
    ),
    (COHERE_V4, {"input_type": "search_query", "inputs": [{}]}, "inputs.content", PARTS),
    (COHERE_V4, {"input_type": "search_query", "inputs": [{"content": "x"}]}, "inputs.content", PARTS),
    (COHERE_V4, {"input_type": "search_query", "inputs": [{"content": ["x"]}] * 2}, "inputs.content", PARTS),
    (COHERE_V4, {"input_type": "search_query", "inputs": [{"content": []}]}, "inputs.content", "must not be empty"),
    (
        COHERE_V4,
        {"input_type": "search_query", "inputs": [{"content": [{"type": "text"}]}]},
        "inputs.content.text",
        FILLED,
    ),
    (COHERE_V4, {"input_type": "search_query", "images": ["https://x"]}, "images", DATA_URIS),
    (COHERE_V3, {"input_type": "image", "images": ["https://x"]}, "images", DATA_URIS),
    (NOVA_EMBED, with_image({}), "singleEmbeddingParams.image.source", "must have either bytes or s3Location"),
    (
        NOVA_EMBED,
        with_image({"bytes": None}),
        "singleEmbeddingParams.image.source",
        "must have either bytes or s3Location",
    ),
    (NOVA_EMBED, with_image("x"), "singleEmbeddingParams.image.source", "must be an object"),
    (NOVA_EMBED, with_image({"s3Location": {}}), "singleEmbeddingParams.image.source.s3Location.uri", "required"),
    (COHERE_V4, {"input_type": "search_query", "inputs": [{"content": []}] * 97}, "inputs", "may have 96 at most"),
]


NULL = "null stands for nothing here; leave it out"
# A body with members that are null, those, and what else is wrong with it.
WITH_NULL: list[tuple[str, dict[str, Any], tuple[str, ...], tuple[str, ...]]] = [
    (HAIKU_4_5, {**CLAUDE, "temperature": 0.5, "top_p": None}, ("top_p",), ()),
    (HAIKU_4_5, {**CLAUDE, "temperature": None, "top_p": 0.5}, ("temperature",), ()),
    (OPUS_5, {**CLAUDE, "temperature": None, "top_k": None}, ("temperature", "top_k"), ()),
    (MISTRAL_LARGE, {**CHAT, "prompt": None}, ("prompt",), ()),
    (MISTRAL_LARGE, {"prompt": "x", "messages": None}, ("messages",), ()),
    (
        MISTRAL_LARGE,
        {"prompt": None, "messages": None},
        ("prompt", "messages"),
        ("must have either prompt or messages",),
    ),
    (TITAN_IMAGE, {"inputText": None, "inputImage": "eA=="}, ("inputText",), ()),
    (
        TITAN_IMAGE,
        {"inputText": None, "inputImage": None},
        ("inputText", "inputImage"),
        ("must have inputText, inputImage or both",),
    ),
    (COHERE_V3, {**COHERE, "images": None}, ("images",), ()),
    (COHERE_V3, {**COHERE, "texts": None}, ("texts",), ("must have either texts or images",)),
    (COHERE_V4, {**COHERE, "images": None, "inputs": None}, ("images", "inputs"), ()),
    (COHERE_V4, {**COHERE, "texts": None}, ("texts",), ("must have texts, images or inputs",)),
    (NOVA, {**CONVERSE, "inferenceConfig": None}, ("inferenceConfig",), ()),
    (GPT_OSS, {**CHAT, "max_tokens": None, "texts": None}, ("max_tokens",), ()),
]


@pytest.mark.parametrize(("model", "body", "nulls", "reasons"), WITH_NULL)
def test_null_stands_for_a_member_that_is_left_out(
    model: str, body: dict[str, Any], nulls: tuple[str, ...], reasons: tuple[str, ...]
) -> None:
    assert [fault for fault in faults(model, body) if fault.reason != NOT_OF_CHAT] == [
        *(Fault(f"modelInput.{member}", NULL, is_doubtful=True) for member in nulls),
        *(Fault("modelInput", reason) for reason in reasons),
    ]


@pytest.mark.parametrize(("model", "body", "member", "reason"), CERTAIN)
def test_a_fault_is_certain_and_told_once(model: str, body: dict[str, Any], member: str, reason: str) -> None:
    path = f"modelInput.{member}" if member else "modelInput"

    assert faults(model, body) == [Fault(path, reason)]


NOT_OF_CHAT = "not a member that chat completions is known to have"
INPUTS = [{"content": [{"type": "text", "text": "x"}]}]
ONE_INPUT = "should have only one of texts, images and inputs"
DOUBTFUL: list[tuple[str, dict[str, Any], str, str]] = [
    (HAIKU_3, {**CLAUDE, "seed": 1}, "seed", "not a member that Anthropic Claude is known to have"),
    (HAIKU_3, {**CLAUDE, "system": None}, "system", NULL),
    (HAIKU_3, {**CLAUDE, "messages": [*CLAUDE["messages"], SYSTEM_TURN]}, "messages.role", LATE_SYSTEM),
    (HAIKU_3, claude_turn([{"type": "txt", "text": "x"}]), "messages.content.type", KNOWN_TYPE),
    (HAIKU_3, claude_turn("x", priority=1), "messages.priority", KNOWN),
    (A_CONVERSE_JOB, turn([{"txet": "hi"}]), "messages.content.txet", KNOWN),
    (A_CONVERSE_JOB, turn([{"text": "hi"}], name="Ann"), "messages.name", KNOWN),
    (NOVA, turn([]), "messages.content", "must not be empty"),
    (NOVA, turn([{"text": ""}]), "messages.content.text", FILLED),
    (NOVA, turn([{"txet": "hi"}]), "messages.content.txet", KNOWN),
    (GPT_OSS, turn([]), "messages.content", "must not be empty"),
    (GPT_OSS, turn(None), "messages.content", "only messages of the role assistant are known to lack it"),
    (GPT_OSS, turn([{"type": "txt"}]), "messages.content.type", KNOWN_TYPE),
    (OPUS_5, {**CLAUDE, "top_k": 5}, "top_k", "this model may refuse it"),
    (A_CONVERSE_JOB, {**CONVERSE, "seed": 1}, "seed", "not a member that the Converse API is known to have"),
    (
        A_CONVERSE_JOB,
        {**CONVERSE, "inferenceConfig": {"topK": 1}},
        "inferenceConfig.topK",
        KNOWN,
    ),
    # The page on structured output has such a body for models with open weights.
    (
        GPT_OSS,
        {**CHAT, "inferenceConfig": {}},
        "inferenceConfig",
        NOT_OF_CHAT,
    ),
    (
        NOVA_EMBED,
        {"taskType": "SEGMENTED_EMBEDDING", "segmentedEmbeddingParams": {}},
        "taskType",
        "SEGMENTED_EMBEDDING is documented for asynchronous calls only",
    ),
    (COHERE_V3, {**COHERE, "input_type": "image"}, "input_type", "image is for a body with images"),
    (
        COHERE_V3,
        {"input_type": "search_document", "images": [IMAGE]},
        "input_type",
        "should be image, as the body has images",
    ),
    (COHERE_V4, {**COHERE, "inputs": INPUTS}, "", ONE_INPUT),
    (COHERE_V4, {"input_type": "clustering", "images": [IMAGE], "inputs": INPUTS}, "", ONE_INPUT),
    (
        NOVA_EMBED,
        with_image({"bytes": "eA==", "s3Location": {"uri": "s3://b/k"}}),
        "singleEmbeddingParams.image.source",
        "must have either bytes or s3Location",
    ),
    (SONNET_3_7, thinking(5_000, 9, tools=[{"name": "x"}]), "thinking.budget_tokens", SMALL_LIMIT),
    (QWEN, {**CHAT, "temperature": 99}, "temperature", "the model may refuse more than 2"),
    (QWEN, {**CHAT, "n": 5}, "n", "the model may refuse more than 1"),
    (COHERE_V4, {**COHERE, "truncate": "END"}, "truncate", "must be one of NONE, LEFT, RIGHT"),
    (
        NOVA_EMBED,
        with_params(quality=1),
        "singleEmbeddingParams.quality",
        KNOWN,
    ),
]


@pytest.mark.parametrize(("model", "body", "member", "reason"), DOUBTFUL)
def test_what_the_model_may_accept_is_doubtful(model: str, body: dict[str, Any], member: str, reason: str) -> None:
    path = f"modelInput.{member}" if member else "modelInput"

    assert faults(model, body) == [Fault(path, reason, is_doubtful=True)]


INVOKE_MODEL = "is a body of {} (InvokeModel), but the invocation type of the job is Converse"
OTHERS: list[tuple[str, dict[str, Any], str]] = [
    (HAIKU_3, CONVERSE, "is a Converse body, but Anthropic Claude is asked with a body of its own (InvokeModel)"),
    (
        HAIKU_3,
        {**CONVERSE, "inferenceConfig": {}, "system": [{"text": "x"}]},
        "is a Converse body, but Anthropic Claude is asked with a body of its own (InvokeModel)",
    ),
    (
        GPT_OSS,
        {**CONVERSE, "inferenceConfig": {}},
        "is a Converse body, but chat completions is asked with a body of its own (InvokeModel)",
    ),
    (LLAMA, CONVERSE, "is a Converse body, but Meta Llama is asked with a body of its own (InvokeModel)"),
    (A_CONVERSE_JOB, CLAUDE, INVOKE_MODEL.format("Anthropic Claude")),
    (A_CONVERSE_JOB, {**CHAT, "max_tokens": 5, "temperature": 1}, INVOKE_MODEL.format("chat completions")),
    (A_CONVERSE_JOB, {"prompt": "x", "max_gen_len": 5}, INVOKE_MODEL.format("Meta Llama")),
    (A_CONVERSE_JOB, {"inputText": "x"}, INVOKE_MODEL.format("Amazon Titan embeddings")),
    (NOVA, CLAUDE, "is a body of Anthropic Claude, not of Amazon Nova"),
    (NOVA, {**CHAT, "max_tokens": 5, "temperature": 1}, "is a body of chat completions, not of Amazon Nova"),
    (GPT_OSS, CLAUDE, "is a body of Anthropic Claude, not of chat completions"),
    (MIXTRAL, CHAT, "is a body of chat completions, not of Mistral AI text completion"),
    (TITAN_V2, COHERE, "is a body of Cohere Embed, not of Amazon Titan Text Embeddings V2"),
    (
        TITAN_V1,
        {"inputText": "x", "textGenerationConfig": {}},
        "is a body of Amazon Titan Text, not of Amazon Titan Text Embeddings V1",
    ),
    (NOVA_EMBED, {"inputText": "x"}, "is a body of Amazon Titan embeddings, not of Amazon Nova Multimodal Embeddings"),
    (COHERE_V4, NOVA_EMBEDDING, "is a body of Amazon Nova embeddings, not of Cohere Embed v4"),
    (
        GPT_OSS,
        {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": CHAT},
        "is a body of OpenAI's batch files, not of chat completions",
    ),
]


@pytest.mark.parametrize(("model", "body", "reason"), OTHERS)
def test_a_body_of_another_family_has_one_fault_that_says_so(model: str, body: dict[str, Any], reason: str) -> None:
    assert faults(model, body) == [Fault("modelInput", reason)]


CLEAN: list[tuple[str, dict[str, Any]]] = [
    (HAIKU_3, {**CLAUDE, **SAMPLERS, "system": "x"}),
    (HAIKU_3, {**CLAUDE, "messages": [*CLAUDE["messages"], {"role": "assistant", "content": "So:"}]}),
    (HAIKU_3, {**CLAUDE, "messages": [*CLAUDE["messages"], {"role": "assistant", "content": ""}]}),
    (HAIKU_3, {**CLAUDE, "system": ""}),
    (SONNET_3_7, thinking(5_000, 5_001)),
    (SONNET_3_7, {**CLAUDE, "thinking": {"type": "disabled"}}),
    (OPUS_5, {**CLAUDE, "thinking": {"type": "adaptive", "display": "omitted"}}),
    (HAIKU_4_5, thinking(5_000, 9, anthropic_beta=["interleaved-thinking-2025-05-14"], tools=[{"name": "x"}])),
    (QWEN, {**CHAT, "temperature": 2, "n": 1, "stop": "x", "tools": [{"type": "function"}]}),
    (QWEN, {**CHAT, "stop": ["x"], "presence_penalty": -0.5}),
    (
        COHERE_V4,
        {"input_type": "clustering", "inputs": [{"content": [{"type": "image_url", "image_url": {"url": IMAGE}}]}]},
    ),
    (COHERE_V4, {"input_type": "clustering", "images": [IMAGE]}),
    (NOVA_EMBED, with_image({"s3Location": {"uri": "s3://b/k", "bucketOwner": "111122223333"}})),
    (HAIKU_3, {**CLAUDE, "system": []}),
    (
        HAIKU_3,
        claude_turn([{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "eA=="}}]),
    ),
    (A_CONVERSE_JOB, turn([{"image": {"format": "png", "source": {"bytes": "eA=="}}}, {"text": "x"}])),
    (A_CONVERSE_JOB, turn([{"text": "x"}, {"cachePoint": {"type": "default"}}])),
    (A_CONVERSE_JOB, {**CONVERSE, "system": []}),
    (
        NOVA,
        {
            "system": [{"text": "s", "cachePoint": {"type": "default"}}],
            **turn([{"text": "hi", "cachePoint": {"type": "default"}}]),
        },
    ),
    (NOVA, {**turn([{"text": "hi"}, {"cachePoint": {"type": "default"}}]), "system": []}),
    (GPT_OSS, turn("", name="Ann")),
    (GPT_OSS, turn([{"type": "text", "text": ""}])),
    (A_CONVERSE_JOB, {**CONVERSE, "system": [{"text": "x"}], "inferenceConfig": {"maxTokens": 5, "topP": 1}}),
    (A_CONVERSE_JOB, {"messages": [{"role": "user", "content": [{"text": "x", "image": None}]}]}),
    (NOVA, {**CONVERSE, "schemaVersion": "messages-v1", "inferenceConfig": {"max_new_tokens": 5}}),
    (
        GPT_OSS,
        {"messages": [{"role": "developer", "content": "x"}, {"role": "assistant", "tool_calls": []}]},
    ),
    (MISTRAL_LARGE, {"prompt": "x"}),
    (MISTRAL_LARGE, CHAT),
    (TITAN_V2, {"inputText": "x", "dimensions": 256, "normalize": False, "embeddingTypes": ["float", "binary"]}),
    (TITAN_IMAGE, {"inputImage": "eA==", "embeddingConfig": {"outputEmbeddingLength": 384}}),
    (NOVA_EMBED, with_params(text=None, image={"format": "png", "source": {"bytes": "eA=="}})),
    (NOVA_EMBED, with_params(embeddingDimension=3072)),
    (COHERE_V3, {"input_type": "image", "images": ["data:image/png;base64,eA=="], "embedding_types": ["int8"]}),
    (
        COHERE_V4,
        {
            "input_type": "clustering",
            "inputs": [{"content": [{"type": "text", "text": "x"}]}],
            "output_dimension": 256,
            "truncate": "LEFT",
        },
    ),
]


@pytest.mark.parametrize(("model", "body"), CLEAN)
def test_what_is_documented_has_no_faults(model: str, body: dict[str, Any]) -> None:
    assert faults(model, body) == []


def test_two_samplers_are_refused_by_the_models_that_say_so_and_not_by_older_ones() -> None:
    body = {**CLAUDE, **SAMPLERS}

    assert faults("anthropic.claude-opus-4-20250514-v1:0", body) == []
    for model in ("anthropic.claude-opus-4-1-20250805-v1:0", "anthropic.claude-sonnet-4-6", OPUS_5):
        assert Fault("modelInput.top_p", ONE_SAMPLER) in faults(model, body)


def test_an_embedding_of_segments_has_their_parameters() -> None:
    assert faults(NOVA_EMBED, {"taskType": "SEGMENTED_EMBEDDING"}) == [
        Fault("modelInput.segmentedEmbeddingParams", "required by Amazon Nova Multimodal Embeddings"),
        Fault("modelInput.taskType", "SEGMENTED_EMBEDDING is documented for asynchronous calls only", is_doubtful=True),
    ]
