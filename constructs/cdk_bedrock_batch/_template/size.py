"""How many bytes a value takes in a template: CloudFormation refuses what is too long when it is deployed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from cdk_bedrock_batch._checks import TOKEN, is_token

if TYPE_CHECKING:
    from cdk_bedrock_batch._template.stack_view import StackView

# What a reference takes beyond its `${}`, alone and in an Fn::Join, and what the Fn::Join takes.
_ALONE: Final = len('{"Fn::GetAtt":["",""]}') - len("${.}") - len('""')
_JOINED: Final = len('"",{"Fn::GetAtt":["",""]},""') - len("${.}")
_JOIN: Final = len('{"Fn::Join":["",[]]}')


def template_bytes(view: StackView, value: Any) -> int:
    """An upper bound, for a template without indentation."""
    return len(json.dumps(_written(view, value), separators=(",", ":"), ensure_ascii=False).encode())


def _written(view: StackView, value: Any) -> Any:
    match value:
        case str() if tokens := TOKEN.findall(value):
            more = _ALONE if is_token(value) else _JOIN + _JOINED * len(tokens)
            return view.written(value) + "x" * more
        case dict():
            return {key: _written(view, item) for key, item in value.items()}
        case list() | tuple():
            return [_written(view, item) for item in value]
        case _:
            return value
