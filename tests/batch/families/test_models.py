"""Which family a model is of."""

import pytest

from bedrock_batch.families import FAMILIES, family_like, family_of

MODELS = {
    "ai21.jamba-1-5-large-v1:0": None,
    "amazon.nova-2-lite-v1:0": "Amazon Nova",
    "amazon.nova-2-multimodal-embeddings-v1:0": "Amazon Nova Multimodal Embeddings",
    "amazon.nova-canvas-v1:0": None,
    "amazon.nova-lite-v1:0": "Amazon Nova",
    "amazon.nova-lite-v1:0:300k": "Amazon Nova",
    "amazon.nova-micro-v1:0": "Amazon Nova",
    "amazon.nova-premier-v1:0": "Amazon Nova",
    "amazon.nova-pro-v1:0": "Amazon Nova",
    "amazon.nova-reel-v1:0": None,
    "amazon.nova-sonic-v1:0": None,
    "amazon.titan-embed-g1-text-02": "Amazon Titan Text Embeddings V1",
    "amazon.titan-embed-image-v1": "Amazon Titan Multimodal Embeddings",
    "amazon.titan-embed-image-v1:0": "Amazon Titan Multimodal Embeddings",
    "amazon.titan-embed-text-v1": "Amazon Titan Text Embeddings V1",
    "amazon.titan-embed-text-v1:2:8k": "Amazon Titan Text Embeddings V1",
    "amazon.titan-embed-text-v2:0": "Amazon Titan Text Embeddings V2",
    "amazon.titan-image-generator-v2:0": None,
    "amazon.titan-text-express-v1": "Amazon Titan Text",
    "anthropic.claude-3-5-sonnet-20241022-v2:0": "Anthropic Claude",
    "anthropic.claude-3-7-sonnet-20250219-v1:0": "Anthropic Claude",
    "anthropic.claude-3-haiku-20240307-v1:0": "Anthropic Claude",
    "anthropic.claude-haiku-4-5-20251001-v1:0": "Anthropic Claude",
    "anthropic.claude-opus-4-1-20250805-v1:0": "Anthropic Claude",
    "anthropic.claude-opus-4-20250514-v1:0": "Anthropic Claude",
    "anthropic.claude-opus-4-6-v1": "Anthropic Claude",
    "anthropic.claude-opus-5": "Anthropic Claude",
    "anthropic.claude-sonnet-4-5-20250929-v1:0": "Anthropic Claude",
    "cohere.command-r-v1:0": None,
    "cohere.embed-english-v3": "Cohere Embed v3",
    "cohere.embed-multilingual-v3:0:512": "Cohere Embed v3",
    "cohere.embed-v4:0": "Cohere Embed v4",
    "deepseek.r1-v1:0": None,
    "deepseek.v3-v1:0": "chat completions",
    "deepseek.v3.2": "chat completions",
    "google.gemma-3-27b-it": "chat completions",
    "meta.llama3-1-405b-instruct-v1:0": "Meta Llama",
    "meta.llama3-3-70b-instruct-v1:0": "Meta Llama",
    "meta.llama4-scout-17b-instruct-v1:0": "Meta Llama",
    "minimax.minimax-m2": "chat completions",
    "mistral.magistral-small-2509": "chat completions",
    "mistral.ministral-3-8b-instruct": "chat completions",
    "mistral.mistral-7b-instruct-v0:2": "Mistral AI text completion",
    "mistral.mistral-large-2407-v1:0": "Mistral Large",
    "mistral.mistral-large-3-675b-instruct": "chat completions",
    "mistral.mistral-small-2402-v1:0": "Mistral AI text completion",
    "mistral.mixtral-8x7b-instruct-v0:1": "Mistral AI text completion",
    "mistral.pixtral-large-2502-v1:0": "chat completions",
    "moonshot.kimi-k2-thinking": "chat completions",
    "moonshotai.kimi-k2.5": "chat completions",
    "nvidia.nemotron-nano-12b-v2": "chat completions",
    "openai.gpt-oss-120b-1:0": "chat completions",
    "openai.gpt-oss-safeguard-20b": "chat completions",
    "qwen.qwen3-235b-a22b-2507-v1:0": "chat completions",
    "stability.sd3-5-large-v1:0": None,
    "zai.glm-4.7-flash": "chat completions",
}
IN_A_REGION = "arn:aws:bedrock:eu-west-1:111122223333:"


@pytest.mark.parametrize("form", ["{}", "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/{}"])
@pytest.mark.parametrize(("model_id", "name"), MODELS.items())
def test_a_model_has_its_family(model_id: str, name: str | None, form: str) -> None:
    family = family_of(form.format(model_id), converse=False)

    assert (family and family.name) == name


@pytest.mark.parametrize("prefix", ["us", "eu", "apac", "us-gov", "jp", "au", "ca", "global", "amer"])
@pytest.mark.parametrize("form", ["{}", IN_A_REGION + "inference-profile/{}"])
@pytest.mark.parametrize("model_id", ["amazon.nova-lite-v1:0", "deepseek.v3.2", "cohere.embed-v4:0"])
def test_a_profile_has_the_family_of_its_model(model_id: str, form: str, prefix: str) -> None:
    found = family_of(form.format(f"{prefix}.{model_id}"), converse=False)

    assert found is not None
    assert found is family_of(model_id, converse=False)


def test_a_custom_model_has_the_family_of_its_base_model() -> None:
    family = family_of(IN_A_REGION + "custom-model/amazon.titan-embed-image-v1:0.zyx/abcdef123456", converse=False)

    assert family is family_of("amazon.titan-embed-image-v1:0", converse=False)


@pytest.mark.parametrize("model_id", ["", "us.", "nova", IN_A_REGION + "application-inference-profile/abc123def456"])
def test_a_name_that_does_not_tell_has_no_family(model_id: str) -> None:
    assert family_of(model_id, converse=False) is None


def test_a_converse_job_has_one_family_whatever_its_model() -> None:
    assert {family_of(each, converse=True) for each in MODELS}.isdisjoint(FAMILIES)
    assert len({family_of(each, converse=True) for each in MODELS}) == 1


@pytest.mark.parametrize(
    ("model_id", "takes_schema"),
    [
        ("anthropic.claude-3-haiku-20240307-v1:0", False),
        ("anthropic.claude-opus-4-20250514-v1:0", False),
        ("anthropic.claude-opus-4-1-20250805-v1:0", False),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", True),
        ("anthropic.claude-opus-4-6-v1", True),
        ("anthropic.claude-opus-5", True),
        ("qwen.qwen3-32b-v1:0", True),
        ("amazon.nova-lite-v1:0", False),
        ("meta.llama3-3-70b-instruct-v1:0", False),
    ],
)
def test_structured_output_is_asked_for_where_it_is_documented(model_id: str, takes_schema: bool) -> None:
    family = family_of(model_id, converse=False)

    assert family is not None
    assert family.takes_schema is takes_schema


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"anthropic_version": "", "messages": []}, "Anthropic Claude"),
        ({"messages": [{"content": [{"text": "x"}]}]}, "Amazon Nova"),
        ({"messages": [{"content": "x"}]}, "chat completions"),
        ({"prompt": "x"}, "Mistral AI text completion"),
        ({"prompt": "x", "max_gen_len": 5}, "Meta Llama"),
        ({"inputText": "x"}, "Amazon Titan Text Embeddings V2"),
        ({"inputImage": "x"}, "Amazon Titan Multimodal Embeddings"),
        ({"inputText": "x", "textGenerationConfig": {}}, "Amazon Titan Text"),
        ({"singleEmbeddingParams": {}}, "Amazon Nova Multimodal Embeddings"),
        ({"texts": []}, "Cohere Embed v3"),
        ({"input_type": "x", "inputs": []}, "Cohere Embed v4"),
        ({"custom_id": "x", "body": {}}, None),
        ({}, None),
    ],
)
def test_a_body_tells_its_family_where_the_model_does_not(body: dict[str, object], name: str | None) -> None:
    family = family_like(body)

    assert (family and family.name) == name


def test_each_row_has_a_page_and_a_date() -> None:
    for family in FAMILIES:
        assert ".html" in family.source
        assert family.source.endswith(", 2026-11-27")
