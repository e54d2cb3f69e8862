"""Reads the body of `/v1/chat/completions`: what can be asked of any model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cdk_bedrock_batch._records.conversation import Content, Conversation, Image, Turn
from cdk_bedrock_batch._records.openai_members import SILENT, check_neutral, is_neutral

_SYSTEM: Final = frozenset({"developer", "system"})
_READ: Final = frozenset(
    {"max_completion_tokens", "max_tokens", "messages", "response_format", "stop", "temperature", "top_p"}
)
_DATA_URL: Final = re.compile(r"data:image/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/]+={0,2})")
_IMAGE: Final = "body.messages.content.image_url: must be "

Body = Mapping[str, Any]


def conversation_of(body: Body, model: str) -> Conversation:
    """What a body asks. A member that is null is as one that is absent.

    :param model: the name of the family, for error texts.
    :raises ValueError: something in it cannot be asked of another model. The text names the member.
    """
    given = {member: value for member, value in body.items() if value is not None}
    # With one of them beside temperature, some models refuse it even at its default.
    if is_neutral("top_p", given.get("top_p")):
        del given["top_p"]
    for member in sorted(given.keys() - SILENT - _READ):
        check_neutral(member, given[member], model)
    system, turns = _turns(given.get("messages"), model)
    return Conversation(
        system=system,
        turns=turns,
        max_tokens=max_tokens_of(given),
        temperature=_number(given, "temperature", 2),
        top_p=_number(given, "top_p", 1),
        stop=stop_of(given),
        answer_schema=_schema(given.get("response_format")),
    )


def max_tokens_of(body: Body) -> int | None:
    """The limit of tokens, whichever of its two names it has.

    :raises ValueError: it is no whole number above zero, or the names have different values.
    """
    limits = {member: body.get(member) for member in ("max_tokens", "max_completion_tokens")}
    given = {member: limit for member, limit in limits.items() if limit is not None}
    for member, limit in given.items():
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
            raise ValueError(f"body.{member}: must be a whole number above zero")
    if len(set(given.values())) > 1:
        raise ValueError("body.max_tokens: differs from max_completion_tokens; give one of them")
    return next(iter(given.values()), None)


def images_of(messages: Any) -> Iterator[Any]:
    """The `image_url` parts of messages of any form."""
    for message in messages if isinstance(messages, list) else ():
        content = message.get("content") if isinstance(message, Mapping) else None
        for part in content if isinstance(content, list) else ():
            if isinstance(part, Mapping) and part.get("type") == "image_url":
                yield part


def image_of(part: Mapping[str, Any]) -> Image:
    """An `image_url` part.

    :raises ValueError: the image is not inside the request.
    """
    image = part.get("image_url")
    url = image.get("url") if isinstance(image, Mapping) else None
    found = _DATA_URL.fullmatch(url) if isinstance(url, str) else None
    if found is None:
        if isinstance(url, str) and url.startswith("data:"):
            raise ValueError(
                f"{_IMAGE}data:image/<png, jpeg, gif or webp>;base64,<the image in base64>; write jpeg, not jpg"
            )
        raise ValueError(
            f"{_IMAGE}a data URL of a PNG, JPEG, GIF or WebP image in base64; models on Amazon Bedrock get no image "
            "from the web"
        )
    return Image(found[1], found[2])


def _turns(messages: Any, model: str) -> tuple[str | None, tuple[Turn, ...]]:
    """The system text and the turns; messages of the same role that follow each other are one turn."""
    if not isinstance(messages, list) or not messages:
        raise ValueError("body.messages: must be a list that is not empty")
    system: list[str] = []
    turns: list[Turn] = []
    for message in messages:
        role = message.get("role") if isinstance(message, Mapping) else None
        if not isinstance(role, str) or role not in {*_SYSTEM, "user", "assistant"}:
            raise ValueError(f"body.messages.role: only system, developer, user and assistant are possible for {model}")
        _check_members(message, model)
        content = _content(message.get("content"), role, model)
        if role in _SYSTEM:
            if turns:
                raise ValueError(f"body.messages.role: for {model} a {role} message must stand before all others")
            system += map(str, content)
        elif turns and turns[-1].role == role:
            turns[-1] = Turn(role, (*turns[-1].content, *content))
        else:
            turns.append(Turn(role, content))
    if not turns or turns[0].role != "user":
        raise ValueError(f"body.messages: for {model} the first message must be the user's, after system messages")
    return ("\n\n".join(system) if system else None), tuple(turns)


def _check_members(message: Mapping[str, Any], model: str) -> None:
    # A name is a hint to the model of OpenAI; nothing else has a place for it.
    for member, value in message.items():
        if member not in {"role", "content"} and value not in (None, [], {}):
            raise ValueError(f"body.messages.{member}: has no translation for {model}; leave it out")


def _content(content: Any, role: str, model: str) -> tuple[Content, ...]:
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if not isinstance(parts, list) or not parts:
        raise ValueError("body.messages.content: must be a string or a list that is not empty")
    return tuple(_part(part, role, model) for part in parts)


def _part(part: Any, role: str, model: str) -> Content:
    kind = part.get("type") if isinstance(part, Mapping) else None
    if kind == "image_url" and role == "user":
        return image_of(part)
    if kind != "text":
        raise ValueError(f"body.messages.content: only texts and images of the user are possible for {model}")
    text = part.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("body.messages.content: a text must not be empty")
    return text


def _number(body: Body, member: str, most: int) -> float | None:
    value = body.get(member)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError(f"body.{member}: must be a number from 0 to {most}")
    return value


def stop_of(body: Body) -> tuple[str, ...]:
    """The texts that end an answer.

    :raises ValueError: they are no texts.
    """
    value = body.get("stop", [])
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(each, str) and each for each in texts):
        raise ValueError("body.stop: must be a string or a list of strings")
    return tuple(texts)


def _schema(response_format: Any) -> Mapping[str, Any] | None:
    match response_format:
        case None | {"type": "text"}:
            return None
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            return schema
    raise ValueError("body.response_format: must be text, or json_schema with a schema")
