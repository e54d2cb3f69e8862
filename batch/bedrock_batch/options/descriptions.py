"""The table in words: what a value must be, and what an option is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedrock_batch.options.kinds import Either, Members
from bedrock_batch.options.scalars import LocalPath, Text, Word

if TYPE_CHECKING:
    from bedrock_batch.options.kinds import Kind, Option


def must_be(kind: Kind) -> str:
    """What a value must be, after "must be". The keys of a mapping are told only if one of them is chosen."""
    if isinstance(kind, Either):
        return f"{must_be(kind.scalar)}, or {must_be(kind.members)}"
    if isinstance(kind, Members):
        return f"a mapping with one of the keys {', '.join(kind.one_of)}" if kind.one_of else "a mapping"
    text = kind.text if isinstance(kind, LocalPath) else kind
    longest = text.longest if isinstance(text, Text) else None
    return kind.allowed if longest is None else f"{kind.allowed}, at most {longest:,} characters"


def description_of(option: Option, *, is_chosen: bool = False) -> str:
    """An option in sentences: what it is, what it must be, and its default.

    :param is_chosen: the key is the one that makes its mapping what it is, so it has no default.
    """
    default = f" Default: {option.default}." if option.default and not is_chosen else ""
    return f"{option.sentence} Must be {must_be(option.kind)}.{default}"


def default_of(option: Option) -> str | int | bool | None:
    """The default of an option as a value; None if it is not a plain one. A default in quotes is a text."""
    default, kind = option.default, option.kind
    if default in ("true", "false"):
        return default == "true"
    if default.replace(",", "").isdecimal():
        return int(default.replace(",", ""))
    if isinstance(kind, Text) and default.startswith('"'):
        return default.strip('"')
    return default if isinstance(kind, Word) and default in kind.words else None
