"""How many bytes a value takes in a template: CloudFormation refuses what is too long when it is deployed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from cdk_bedrock_batch._checks import TOKEN, each_text, is_token

if TYPE_CHECKING:
    from cdk_bedrock_batch._template.stack_view import StackView

# What a reference takes beyond its `${}`, alone and in an Fn::Join, and what the Fn::Join takes.
_ALONE: Final = len('{"Fn::GetAtt":["",""]}') - len("${.}") - len('""')
_JOINED: Final = len('"",{"Fn::GetAtt":["",""]},""') - len("${.}")
_JOIN: Final = len('{"Fn::Join":["",[]]}')


def template_bytes(view: StackView, value: Any) -> int:
    """An upper bound, for a template without indentation."""

    def at_its_longest(text: str) -> str:
        tokens = TOKEN.findall(text)
        more = 0 if not tokens else _ALONE if is_token(text) else _JOIN + _JOINED * len(tokens)
        return view.written(text) + "x" * more

    return len(json.dumps(each_text(value, at_its_longest), separators=(",", ":"), ensure_ascii=False).encode())
