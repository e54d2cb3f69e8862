"""OpenAI's batch files: what becomes of each member in each form of body, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bedrock_batch.families import Family
from cdk_bedrock_batch import InvocationType, JobInput
from unit.built import (
    ANTHROPIC,
    CHAT,
    CONVERSE,
    EMBEDDING,
    EMBEDDING_OF_ONE_SIZE,
    PROMPT,
    bodies,
    built_family,
    records,
    uploaded,
)

Write = Callable[..., Path]
ASKED = [{"role": "user", "content": "Hi?"}]
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}
PNG = "data:image/png;base64,iVBORw0KGgo="


def line(body: Any = None, **changes: Any) -> dict[str, Any]:
    body = {"model": "gpt-4o", "messages": ASKED} if body is None else body
    return {"custom_id": "", "method": "POST", "url": "/v1/chat/completions", "body": body} | changes


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file of a hundred lines with the ids c1, c2, ..., of which the first ones are given."""

    def file(*first: dict[str, Any], rest: dict[str, Any] | None = None) -> Path:
        lines = [*first, *[rest or line() for _ in range(100 - len(first))]]
        path = tmp_path / "batch.jsonl"
        numbered = (each | {"custom_id": each["custom_id"] or f"c{n}"} for n, each in enumerate(lines, 1))
        path.write_text("".join(json.dumps(each) + "\n" for each in numbered))
        return path

    return file


@pytest.fixture
def chat(write: Write) -> Callable[..., dict[str, Any]]:
    """The body that a chat body becomes."""

    def body(family: Family, **members: Any) -> dict[str, Any]:
        return bodies(
            JobInput.from_openai_batch(write(line({"messages": ASKED, **members}), rest=line({"messages": ASKED}))),
            family,
        )[0]

    return body


def vectors(**members: Any) -> dict[str, Any]:
    return line({"input": "Hi", **members}, url="/v1/embeddings")


FULL: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "Be short."},
        {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": "One?", "name": None},
        {
            "role": "user",
            "content": [{"type": "text", "text": "Two?"}, {"type": "image_url", "image_url": {"url": PNG}}],
        },
        {"role": "assistant", "content": "Yes.", "refusal": None, "tool_calls": []},
        {"role": "user", "content": "Three?"},
    ],
    "max_completion_tokens": 9,
    "temperature": 0,
    "top_p": 0.5,
    "stop": "END",
    "response_format": {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": SCHEMA}},
    "n": 1,
    "stream": False,
    "logprobs": None,
    "user": "u",
    "metadata": {"a": "b"},
    "tools": [],
}


def test_a_request_becomes_a_converse_body(chat: Callable[..., dict[str, Any]]) -> None:
    assert chat(CONVERSE, **FULL) == {
        "system": [{"text": "Be short.\n\nBe kind."}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"text": "One?"},
                    {"text": "Two?"},
                    {"image": {"format": "png", "source": {"bytes": "iVBORw0KGgo="}}},
                ],
            },
            {"role": "assistant", "content": [{"text": "Yes."}]},
            {"role": "user", "content": [{"text": "Three?"}]},
        ],
        "inferenceConfig": {"maxTokens": 9, "temperature": 0, "topP": 0.5, "stopSequences": ["END"]},
        "outputConfig": {
            "textFormat": {
                "type": "json_schema",
                "structure": {"jsonSchema": {"name": "answer", "schema": json.dumps(SCHEMA)}},
            }
        },
    }


def test_a_request_becomes_a_body_of_claude(chat: Callable[..., dict[str, Any]]) -> None:
    assert chat(ANTHROPIC, **FULL | {"temperature": None}) == {
        "anthropic_version": "bedrock-2023-05-31",
        "system": "Be short.\n\nBe kind.",
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "One?"},
                    {"type": "text", "text": "Two?"},
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="},
                    },
                ],
            },
            {"role": "assistant", "content": [{"type": "text", "text": "Yes."}]},
            {"role": "user", "content": [{"type": "text", "text": "Three?"}]},
        ],
        "max_tokens": 9,
        "top_p": 0.5,
        "stop_sequences": ["END"],
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
    }


def test_a_model_of_the_same_form_gets_the_body_as_it_is(chat: Callable[..., dict[str, Any]]) -> None:
    tools = {"tools": [{"type": "function", "function": {"name": "f"}}]}
    kept = {name: FULL[name] for name in ("messages", "temperature", "top_p", "stop", "response_format")}

    assert chat(CHAT, **FULL | tools) == kept | tools | {"max_tokens": 9, "stop": ["END"]}
    assert chat(CHAT, max_tokens=5) == {"messages": ASKED, "max_tokens": 5}
    no_formats = built_family("C", CHAT.body, known=("messages",))
    assert chat(no_formats, response_format={"type": "text"}) == {"messages": ASKED}


@pytest.mark.parametrize("family", [CONVERSE, ANTHROPIC, PROMPT], ids=lambda family: family.name)
def test_what_is_so_without_a_member_too_is_left_out(chat: Callable[..., dict[str, Any]], family: Family) -> None:
    """The defaults of OpenAI, written out, and what changes no answer."""
    defaults = {
        "frequency_penalty": 0,
        "functions": [],
        "function_call": "auto",
        "logit_bias": {},
        "modalities": ["text"],
        "n": 1.0,
        "parallel_tool_calls": True,
        "prediction": {"type": "content", "content": "x"},
        "presence_penalty": 0.0,
        "seed": None,
        "stop": [],
        "store": False,
        "stream_options": {"include_usage": True},
        "tool_choice": "auto",
        "top_p": 1,
        "verbosity": "medium",
    }
    assert chat(family, **defaults) == chat(family)


def test_the_default_of_top_p_does_not_stand_in_the_way_of_a_temperature(write: Write, tmp_path: Path) -> None:
    """Claude 4.5 takes one of them only."""
    path = write(rest=line({"messages": ASKED, "temperature": 1, "top_p": 1}))
    assert uploaded(JobInput.from_openai_batch(path), tmp_path / "out", InvocationType.INVOKE_MODEL)


def test_a_model_with_one_text_gets_one_text(chat: Callable[..., dict[str, Any]]) -> None:
    messages = [{"role": "system", "content": "S"}, *ASKED]

    assert chat(PROMPT, messages=messages, max_tokens=5, top_p=0.1) == {
        "prompt": "<s>SHi?</s>",
        "max_gen_len": 5,
        "top_p": 0.1,
    }


def test_limits_go_where_the_family_has_them(chat: Callable[..., dict[str, Any]]) -> None:
    titan = built_family(
        "T", lambda question: {"inputText": question.text}, known=("inputText", "textGenerationConfig")
    )

    assert chat(titan, top_p=0.1, stop=["a"])["textGenerationConfig"] == {"topP": 0.1, "stopSequences": ["a"]}
    stop = built_family("S", lambda question: {"prompt": question.text}, known=("prompt", "stop"))
    assert chat(stop, stop=["a"], response_format={"type": "text"}) == {"prompt": "Hi?", "stop": ["a"]}


@pytest.mark.parametrize("invocation_type", InvocationType)
def test_custom_ids_become_record_ids_and_the_bytes_are_the_same_again(
    write: Write, tmp_path: Path, invocation_type: InvocationType
) -> None:
    built = JobInput.from_openai_batch(write())
    assert [record["recordId"] for record in records(built, CONVERSE)] == [f"c{n}" for n in range(1, 101)]
    assert uploaded(built, tmp_path / "a", invocation_type) == uploaded(built, tmp_path / "b", invocation_type)


@pytest.mark.parametrize(
    ("family", "body"),
    [
        (EMBEDDING, {"inputText": "Hi", "dimensions": 256}),
        (
            built_family(
                "V4", lambda question: {"texts": [question.text]}, known=("texts", "output_dimension"), dimensions={256}
            ),
            {"texts": ["Hi"], "output_dimension": 256},
        ),
        (
            built_family(
                "MM",
                lambda question: {"inputText": question.text},
                known=("inputText", "embeddingConfig"),
                dimensions={256},
            ),
            {"inputText": "Hi", "embeddingConfig": {"outputEmbeddingLength": 256}},
        ),
        (
            built_family(
                "Nova",
                lambda question: {"singleEmbeddingParams": {"text": {"value": question.text}}},
                known=("singleEmbeddingParams",),
                dimensions={256},
            ),
            {"singleEmbeddingParams": {"text": {"value": "Hi"}, "embeddingDimension": 256}},
        ),
    ],
)
def test_a_request_for_a_vector_becomes_a_body_of_an_embedding(write: Write, family: Family, body: Any) -> None:
    path = write(vectors(dimensions=256, encoding_format="float", user="u"), rest=vectors())

    assert bodies(JobInput.from_openai_batch(path), family)[0] == body


def test_a_size_that_is_the_only_one_needs_no_member(write: Write) -> None:
    path = write(vectors(dimensions=1536), rest=vectors(input=["Hi"]))

    assert bodies(JobInput.from_openai_batch(path), EMBEDDING_OF_ONE_SIZE)[:2] == [{"inputText": "Hi"}] * 2


ONE_OF_BOTH = "body.top_p: `temperature` and `top_p` cannot both be specified for this model. Please use only one."
OWN_BODIES = "write the bodies yourself, with JobInput.from_records"
NO_TRANSLATION = "has no translation for {name}; leave it out"
TWO = [*ASKED, {"role": "assistant", "content": "Yes."}]
LINK = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]}]
JPG = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/jpg;base64,AAAA"}}]}]
OF_NO_TYPE = (
    "body.messages.content.image_url: must be data:image/<png, jpeg, gif or webp>;base64,<the image in base64>; write "
    "jpeg, not jpg"
)
OF_THE_WEB = (
    "body.messages.content.image_url: must be a data URL of a PNG, JPEG, GIF or WebP image in base64; models on Amazon "
    "Bedrock get no image from the web"
)


@pytest.mark.parametrize("family", [CONVERSE, ANTHROPIC, CHAT], ids=lambda family: family.name)
@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"n": 2}, "body.n: must be 1, a record has one answer"),
        ({"n": True}, "body.n: must be 1, a record has one answer"),
        ({"stream": 0}, "body.stream: " + NO_TRANSLATION),
        ({"stream": True}, "body.stream: " + NO_TRANSLATION),
        ({"logprobs": True}, "body.logprobs: " + NO_TRANSLATION),
        ({"seed": 1}, "body.seed: " + NO_TRANSLATION),
        ({"messages": LINK}, OF_THE_WEB),
        ({"messages": JPG}, OF_NO_TYPE),
        ({"messages": []}, "body.messages: must be a list that is not empty"),
        ({"max_tokens": 0}, "body.max_tokens: must be a whole number above zero"),
        ({"max_completion_tokens": "5"}, "body.max_completion_tokens: must be a whole number above zero"),
        (
            {"max_tokens": 5, "max_completion_tokens": 6},
            "body.max_tokens: differs from max_completion_tokens; give one of them",
        ),
    ],
)
def test_fails_on_what_no_family_takes(write: Write, family: Family, members: dict[str, Any], reason: str) -> None:
    path = write(line(), line({"model": "gpt-4o", "messages": ASKED} | members))
    refused(path, family, f"{path}:2: {reason.format(name=family.name)}")


@pytest.mark.parametrize("family", [CONVERSE, ANTHROPIC, PROMPT], ids=lambda family: family.name)
@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"temperature": 3}, "body.temperature: must be a number from 0 to 2"),
        ({"top_p": "1"}, "body.top_p: must be a number from 0 to 1"),
        ({"stop": 1}, "body.stop: must be a string or a list of strings"),
        (
            {"response_format": {"type": "json_object"}},
            "body.response_format: must be text, or json_schema with a schema",
        ),
        ({"frequency_penalty": 1}, "body.frequency_penalty: " + NO_TRANSLATION),
        (
            {"messages": [{"role": "tool", "content": "a"}]},
            "body.messages.role: only system, developer, user and assistant are possible for {name}",
        ),
        ({"messages": ["a"]}, "body.messages.role: only system, developer, user and assistant are possible for {name}"),
        (
            {"messages": [{"role": ["user"]}]},
            "body.messages.role: only system, developer, user and assistant are possible for {name}",
        ),
        (
            {"messages": [*ASKED, {"role": "system", "content": "a"}]},
            "body.messages.role: for {name} a system message must stand before all others",
        ),
        (
            {"messages": TWO[1:]},
            "body.messages: for {name} the first message must be the user's, after system messages",
        ),
        (
            {"messages": [{"role": "system", "content": "a"}]},
            "body.messages: for {name} the first message must be the user's, after system messages",
        ),
        ({"messages": [{**ASKED[0], "name": "Bob"}]}, "body.messages.name: " + NO_TRANSLATION),
        ({"messages": [{"role": "user"}]}, "body.messages.content: must be a string or a list that is not empty"),
        ({"messages": [{"role": "user", "content": " "}]}, "body.messages.content: a text must not be empty"),
        (
            {"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]},
            "body.messages.content: only texts and images of the user are possible for {name}",
        ),
        (
            {"messages": [{"role": "system", "content": [{"type": "image_url", "image_url": {"url": PNG}}]}]},
            "body.messages.content: only texts and images of the user are possible for {name}",
        ),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": PNG}]}]}, OF_THE_WEB),
    ],
)
def test_fails_on_what_another_model_cannot_be_asked(
    write: Write, family: Family, members: dict[str, Any], reason: str
) -> None:
    path = write(line({"model": "gpt-4o", "messages": ASKED} | members))
    refused(path, family, f"{path}:1: {reason.format(name=family.name)}")


@pytest.mark.parametrize(
    ("family", "given", "reason"),
    [
        (
            CONVERSE,
            line({"messages": ASKED, "tools": [{}]}),
            "body.tools: Converse records cannot use tools in batch inference; for InvokeModel, " + OWN_BODIES,
        ),
        (
            ANTHROPIC,
            line({"messages": ASKED, "tools": [{}]}),
            "body.tools: has no translation for {name}; " + OWN_BODIES,
        ),
        (
            PROMPT,
            line({"messages": ASKED, "function_call": {"name": "f"}}),
            "body.function_call: has no translation for {name}; " + OWN_BODIES,
        ),
        (
            PROMPT,
            line({"messages": TWO}),
            "body.messages: a record of Prompt has one text, so there can be one message of the user only, after "
            "system messages; use invocation_type=InvocationType.CONVERSE",
        ),
        (PROMPT, line({"messages": ASKED, "stop": "a"}), "body.stop: " + NO_TRANSLATION),
        (
            PROMPT,
            line({"messages": ASKED, "temperature": 1}),
            "body.temperature: a record of Prompt has no member for it; leave it out",
        ),
        (
            PROMPT,
            line({"messages": ASKED, "response_format": FULL["response_format"]}),
            "body.response_format: AWS documents no structured output for Prompt: leave it out, or use "
            "invocation_type=InvocationType.CONVERSE",
        ),
        (CONVERSE, vectors(), "url: the Converse API answers with texts, /v1/embeddings asks for vectors"),
        (EMBEDDING, line(), "url: Embedding makes vectors, /v1/chat/completions asks for texts"),
        (EMBEDDING, vectors(input=["a", "b"]), "body.input: must be one text: a record has one vector"),
        (EMBEDDING, vectors(input=[1, 2]), "body.input: must be one text: a record has one vector"),
        (EMBEDDING, vectors(input=None), "body.input: must be one text: a record has one vector"),
        (EMBEDDING, vectors(encoding_format="base64"), "body.encoding_format: must be float"),
        (EMBEDDING, vectors(dimensions=300), "body.dimensions: the vectors of Embedding have 256, 512 numbers"),
        (EMBEDDING, vectors(dimensions=[256]), "body.dimensions: the vectors of Embedding have 256, 512 numbers"),
        (EMBEDDING, vectors(truncate=True), "body.truncate: " + NO_TRANSLATION),
        (
            None,
            line(),
            "the form of this model's request bodies is not known here: use "
            "invocation_type=InvocationType.CONVERSE, or write the bodies yourself, with JobInput.from_records",
        ),
    ],
)
def test_fails_on_what_this_family_cannot_be_asked(
    write: Write, family: Family | None, given: dict[str, Any], reason: str
) -> None:
    path = write(rest=given)
    name = family.name if family else ""
    where = f"{path}:1: " if family else ""
    refused(path, family, f"{where}{reason.format(name=name)}" + (" (100 records)" if family else ""))


def refused(path: Path, family: Family | None, reason: str) -> None:
    built = JobInput.from_openai_batch(path)
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        bodies(built, family)
    assert str(error.value) == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"custom_id": "c1"}, "custom_id: 'c1' is already in line 1"),
        ({"custom_id": 5}, "custom_id: must be a string that is not empty"),
        ({"method": "GET"}, "method: must be POST"),
        (
            {"url": "/v1/responses"},
            "url: /v1/responses has no translation; write the requests for /v1/chat/completions",
        ),
        ({"url": "/v1/completions"}, "url: must be /v1/chat/completions or /v1/embeddings"),
        ({"url": ["/v1/completions"]}, "url: must be /v1/chat/completions or /v1/embeddings"),
        ({"url": "/v1/embeddings"}, "url: differs from the first line; a job has one model and one kind of request"),
        ({"body": 5}, "body: must be a JSON object"),
        (
            {"body": {"model": "gpt-5"}},
            "body.model: differs from the first line; a job has one model and one kind of request",
        ),
        ({"response": {}}, "'response': not a member of a line of OpenAI's batch format"),
    ],
)
def test_fails_on_a_line_that_is_none_of_openai(write: Write, changes: dict[str, Any], reason: str) -> None:
    path = write(line(), line(**changes))
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        JobInput.from_openai_batch(path)
    assert str(error.value) == f"{path}:2: {reason}"


def test_fails_on_a_file_that_is_not_there_or_no_jsonl(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.jsonl: no such file$"):
        JobInput.from_openai_batch(tmp_path / "a.jsonl")
    (tmp_path / "b.jsonl").write_text("\nno\n\n" + "[]\n" * 100)
    with pytest.raises(ValueError, match=r"b\.jsonl:2: not JSON: .*\n.*:4: a record must .* \(100 records\)$"):
        JobInput.from_openai_batch(tmp_path / "b.jsonl")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"custom_id": "c1", "custom_id": "z", "method": 1}', "custom_id: the key is there twice"),
        ('{"body": {"messages": [{"role": 1, "role": 2}]}}', "body.messages.role: the key is there twice"),
        ('{"body": {"max_tokens": 123456789012345678901}}', "body.max_tokens: the number does not fit into 64 bits"),
        ('{"body": {"temperature": 1e999}}', "body.temperature: the number is too large: above 1.8e308"),
        (r'{"body": {"user": "\ud83d"}}', "body.user: holds half an emoji: a lone surrogate such as \\ud83d"),
    ],
)
def test_fails_on_json_that_readers_read_in_different_ways(write: Write, text: str, reason: str) -> None:
    path = write()
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:57], "", text, *lines[57:]]))
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        JobInput.from_openai_batch(path)
    assert str(error.value) == f"{path}:59: {reason}"


def test_a_byte_order_mark_and_a_relative_path_are_accepted(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write()
    path.write_text("\ufeff" + path.read_text())
    monkeypatch.chdir(tmp_path)
    built = JobInput.from_openai_batch(path.name)
    monkeypatch.chdir("/")
    assert len(bodies(built, CONVERSE)) == 100


@pytest.mark.parametrize(
    ("family", "members", "reason"),
    [
        (ANTHROPIC, {"temperature": 1.5}, "body.temperature: must be a number from 0 to 1"),
        (CONVERSE, {"temperature": 1.5}, "body.temperature: must be a number from 0 to 1"),
        (ANTHROPIC, {"temperature": 0.5, "top_p": 0.5}, ONE_OF_BOTH),
    ],
)
def test_a_fault_of_the_body_is_told_with_the_line_and_member_of_the_user(
    write: Write, family: Family, members: dict[str, Any], reason: str
) -> None:
    path = write(*[line()] * 57, line({"model": "gpt-4o", "messages": ASKED, **members}))
    path.write_text("\n\n\n" + path.read_text())
    refused(path, family, f"{path}:61: {reason}")


def test_requests_beyond_those_that_tell_that_there_are_too_many_are_not_read(write: Write) -> None:
    path = write()
    path.write_text(path.read_text() + json.dumps(line(custom_id="x")) + "\nno\n")
    with pytest.raises(ValueError, match=r"batch\.jsonl: a batch must have 100 to 100 records, got more$"):
        JobInput.from_openai_batch(path, max_records=100)


def test_fails_on_too_few_requests(write: Write) -> None:
    path = write()
    path.write_text(path.read_text().partition("\n")[2])
    with pytest.raises(ValueError, match=r"a batch must have 100 to 100,000 records, got 99$"):
        JobInput.from_openai_batch(path)


def test_no_error_tells_a_text(write: Write) -> None:
    secret = "hunter2"
    messages = [{"role": "user", "content": secret, "name": secret}]
    for changes in (
        {"messages": messages},
        {"messages": ASKED, "seed": secret},
        {"messages": ASKED, "stop": {secret: 1}},
    ):
        built = JobInput.from_openai_batch(write(line({"model": "gpt-4o", **changes})))
        with pytest.raises(ValueError, match="body") as error:
            bodies(built, CONVERSE)
        assert secret not in str(error.value)
