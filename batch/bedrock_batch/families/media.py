"""Media that a request body names, where it does not hold them itself."""

import re
from collections.abc import Mapping
from typing import Any, Final

from bedrock_batch.families.values import given

_BLOCKS: Final = ("audio", "document", "image", "video")
"""Members of a block that have a `source`."""
_EMBEDDED: Final = ("audio", "image", "text", "video")
_MADE_OF_MEDIA: Final = ("audio", "image", "video")
_PARAMS: Final = ("segmentedEmbeddingParams", "singleEmbeddingParams")
LOCATIONS: Final = ("s3Location", "s3Uri")
"""Members of a `source` that lies in S3."""
# A block of Claude has its source itself. What is in the input of a tool is no media.
_SOURCE: Final = re.compile(
    rf"modelInput\.(?:messages\.content(?:(?:\.toolResult)?\.content)?(?:\.(?:{'|'.join(_BLOCKS)}))?"
    rf"|(?:{'|'.join(_PARAMS)})\.(?:{'|'.join(_EMBEDDED)}))\.source"
)

# Blocks of Claude and of chat completions have a type. A text in a document is not told apart from a PDF.
_TYPES: Final = (
    "audio_url",
    "container_upload",
    "document",
    "file",
    "image",
    "image_url",
    "input_audio",
    "video_url",
)
_ALONE: Final = ("images", "inputImage")
_NESTED: Final = ("content", "guardContent", "toolResult")


def is_source(member: str) -> bool:
    """Whether a member is the `source` of media.

    :param member: a path without indexes, such as `modelInput.messages.content.image.source`.
    """
    return _SOURCE.fullmatch(member) is not None


def names_media(body: Mapping[str, Any]) -> bool:
    """Whether a body names media in S3: a source with `s3Location` or `s3Uri`.

    A source is in a block of a message, or in the parameters of an embedding. Such objects must lie in the folder of
    the input. Bytes inside the body do not count.
    """
    messages = body.get("messages")
    if isinstance(messages, list):
        for message in messages:
            if isinstance(message, dict) and _in_blocks(message.get("content")):
                return True
    return any(_in_embedding(body[params]) for params in _PARAMS if params in body)


def holds_media(body: Mapping[str, Any]) -> bool:
    """Whether a body holds or names images, documents, audio or video, wherever they lie."""
    if any(given(body, member) for member in _ALONE):
        return True
    for params in (body.get(each) for each in _PARAMS):
        if isinstance(params, dict) and (_in_embedding(params) or any(given(params, each) for each in _MADE_OF_MEDIA)):
            return True
    left: list[Any] = [body.get("messages"), body.get("inputs")]
    while left:
        value = left.pop()
        if isinstance(value, list):
            left += value
        elif isinstance(value, dict):
            if value.get("type") in _TYPES or any(isinstance(value.get(each), dict) for each in _BLOCKS):
                return True
            left += [value[each] for each in _NESTED if each in value]
    return False


def _in_blocks(content: Any, *, of_result: bool = False) -> bool:
    if not isinstance(content, list):
        return False
    for block in content:
        if not isinstance(block, dict):
            continue
        for member, value in block.items():
            if isinstance(value, str):
                continue
            if member == "source":
                found = _is_in_s3(value)
            elif member in _BLOCKS:
                found = isinstance(value, dict) and _is_in_s3(value.get("source"))
            elif member == "toolResult" and not of_result:
                found = isinstance(value, dict) and _in_blocks(value.get("content"), of_result=True)
            else:
                found = member == "content" and not of_result and _in_blocks(value, of_result=True)
            if found:
                return True
    return False


def _in_embedding(params: Any) -> bool:
    inputs = [params.get(each) for each in _EMBEDDED] if isinstance(params, dict) else []
    return any(isinstance(each, dict) and _is_in_s3(each.get("source")) for each in inputs)


def _is_in_s3(source: Any) -> bool:
    return isinstance(source, dict) and any(location in source for location in LOCATIONS)
