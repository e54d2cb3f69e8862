"""Translates the requests of OpenAI into the bodies of a family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from bedrock_batch.families import Family, Question
from cdk_bedrock_batch._records.asking import MakeBody, body_maker, check_taken, options_taken
from cdk_bedrock_batch._records.conversation import Content, Conversation, Image
from cdk_bedrock_batch._records.openai_chat import conversation_of, image_of, images_of, max_tokens_of, stop_of
from cdk_bedrock_batch._records.openai_members import SILENT, check_neutral

CHAT: Final = "/v1/chat/completions"
EMBEDDINGS: Final = "/v1/embeddings"
# The members that say what the options of a question say.
_MEMBERS: Final = {
    "system": "body.messages.role: system",
    "max_tokens": "body.max_tokens",
    "temperature": "body.temperature",
    "answer_schema": "body.response_format",
}
_LIMITS: Final = ("max_completion_tokens", "max_tokens")

Body = Mapping[str, Any]
Translate = Callable[[str, Body], dict[str, Any]]


def translation(family: Family | None) -> Translate:
    """What makes a body of the family from the URL and the body of a request.

    :raises ValueError: the family is not known, or is not asked with a text.
    """
    make = body_maker(family)
    assert family is not None  # noqa: S101 - for the type checker: `body_maker` refuses it
    by_url = {CHAT: _chat_translation(family, make), EMBEDDINGS: _embedding_translation(family, make)}
    return lambda url, body: by_url[url](body)


def _chat_translation(family: Family, make: MakeBody) -> Callable[[Body], dict[str, Any]]:
    if family.dimensions:
        return _refusing(f"url: {family.name} makes vectors, {CHAT} asks for texts")
    block = _block_of(make)
    if block is str:
        return lambda body: _passed_on(family, make, body)
    taken = options_taken(make)

    def translate(body: Body) -> dict[str, Any]:
        asked = conversation_of(body, family.name)
        question = _question(family, asked, has_messages=block is not None)
        check_taken(family, taken, question, _MEMBERS)
        return _with_rest(family, make(question), block, asked)

    return translate


def _refusing(reason: str) -> Callable[[Body], dict[str, Any]]:
    def refuse(_body: Body) -> dict[str, Any]:
        raise ValueError(reason)

    return refuse


def _block_of(make: MakeBody) -> Callable[[Content], Any] | None:
    """How the family writes the content of a message. None: its body has one text and no messages."""
    match make(Question(text="x")):
        case {"messages": [{"content": str()}]}:
            return str
        case {"anthropic_version": _}:
            return _typed_block
        case {"messages": [{"content": [{"text": "x"}]}]}:
            return _plain_block
    return None


def _plain_block(content: Content) -> dict[str, Any]:
    if isinstance(content, Image):
        return {"image": {"format": content.format, "source": {"bytes": content.data}}}
    return {"text": content}


def _typed_block(content: Content) -> dict[str, Any]:
    if isinstance(content, Image):
        source = {"type": "base64", "media_type": f"image/{content.format}", "data": content.data}
        return {"type": "image", "source": source}
    return {"type": "text", "text": content}


def _question(family: Family, asked: Conversation, *, has_messages: bool) -> Question:
    return Question(
        text="x" if has_messages else _only_text(family, asked),
        system=asked.system,
        max_tokens=asked.max_tokens,
        temperature=asked.temperature,
        answer_schema=asked.answer_schema,
    )


def _with_rest(
    family: Family, body: dict[str, Any], block: Callable[[Content], Any] | None, asked: Conversation
) -> dict[str, Any]:
    """The body with all turns, and with what a question does not have."""
    if block:
        body["messages"] = [
            {"role": turn.role, "content": [block(each) for each in turn.content]} for turn in asked.turns
        ]
    if asked.top_p is not None:
        _set(family, body, "top_p", asked.top_p, top="top_p", nested="topP")
    if asked.stop:
        member = "stop" if "stop" in _known(family) else "stop_sequences"
        _set(family, body, "stop", list(asked.stop), top=member, nested="stopSequences")
    return body


def _only_text(family: Family, asked: Conversation) -> str:
    first, *others = [content for turn in asked.turns for content in turn.content]
    if others or isinstance(first, Image):
        raise ValueError(
            f"body.messages: a record of {family.name} has one text, so there can be one message of the user only, "
            "after system messages; use invocation_type=InvocationType.CONVERSE"
        )
    return first


def _set(family: Family, body: dict[str, Any], member: str, value: Any, *, top: str, nested: str) -> None:
    """Set a member where the family has it: at the top or in its object of limits."""
    if top in _known(family):
        body[top] = value
        return
    for config in ("inferenceConfig", "textGenerationConfig"):
        if config in _known(family):
            body.setdefault(config, {})[nested] = value
            return
    raise ValueError(f"body.{member}: has no translation for {family.name}; leave it out")


def _passed_on(family: Family, make: MakeBody, body: Body) -> dict[str, Any]:
    """The body for a family that has the form of chat completions itself."""
    known = _known(family)
    passed: dict[str, Any] = {}
    for member, value in body.items():
        if value is None or member in SILENT or member in _LIMITS:
            continue
        if member in {"n", "stream"} or member not in known:
            check_neutral(member, value, family.name)
        else:
            passed[member] = value
    if "stop" in passed:
        # OpenAI takes one text alone, too; not all models of this form do.
        passed["stop"] = list(stop_of(body))
    for part in images_of(body.get("messages")):
        image_of(part)
    if not isinstance(body.get("messages"), list) or not body["messages"]:
        raise ValueError("body.messages: must be a list that is not empty")
    limit = make(Question(text="x", max_tokens=max_tokens_of(body)))
    return passed | {member: limit[member] for member in _LIMITS if member in limit}


def _embedding_translation(family: Family, make: MakeBody) -> Callable[[Body], dict[str, Any]]:
    if not family.dimensions:
        return _refusing(f"url: {family.name} answers with texts, {EMBEDDINGS} asks for vectors")
    return lambda body: _embedding(family, make, body)


def _embedding(family: Family, make: MakeBody, body: Body) -> dict[str, Any]:
    given = {member: value for member, value in body.items() if value is not None and member not in SILENT}
    asked = given.pop("input", None)
    texts = asked if isinstance(asked, list) else [asked]
    if len(texts) != 1 or not isinstance(texts[0], str) or not texts[0].strip():
        raise ValueError("body.input: must be one text: a record has one vector")
    if given.pop("encoding_format", "float") != "float":
        raise ValueError("body.encoding_format: must be float")
    made = make(Question(text=texts[0]))
    size = given.pop("dimensions", None)
    if given:
        raise ValueError(f"body.{min(given)}: has no translation for {family.name}; leave it out")
    return made if size is None else _with_size(family, made, size)


def _with_size(family: Family, made: dict[str, Any], size: Any) -> dict[str, Any]:
    if not isinstance(size, int) or size not in family.dimensions:
        sizes = ", ".join(map(str, sorted(family.dimensions)))
        raise ValueError(f"body.dimensions: the vectors of {family.name} have {sizes} numbers")
    known = _known(family)
    for member in ("dimensions", "output_dimension"):
        if member in known:
            return made | {member: size}
    for member, nested in (
        ("embeddingConfig", "outputEmbeddingLength"),
        ("singleEmbeddingParams", "embeddingDimension"),
    ):
        if member in known:
            return made | {member: {**made.get(member, {}), nested: size}}
    # It makes vectors of one size only.
    return made


def _known(family: Family) -> frozenset[str]:
    return family.optional | frozenset(family.required)
