"""Reads the values of a file by the table of options. Every mistake is noted, and reading goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bedrock_batch.options import (
    Either,
    Entries,
    Items,
    Kind,
    LocalPath,
    Members,
    Prose,
    Several,
    closest,
    did_you_mean,
)
from bedrock_batch.texts import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bedrock_batch.options import Scalar
    from cdk_bedrock_batch.files.faults import Faults
    from cdk_bedrock_batch.files.place import Place
    from cdk_bedrock_batch.files.yaml_reader import Node

_BAD: Final = object()
# How many keys an error text names, and how many unknown ones are told of one mapping.
_FIRST: Final = 3
_MOST_UNKNOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Given:
    """A value that was read: a scalar, a tuple of those, a list of mappings, or a mapping."""

    value: Any
    place: Place
    """Of the value."""
    key_place: Place
    """Of its key."""

    @property
    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: each.plain for key, each in self.value.items()}
        return [each.plain for each in self.value] if isinstance(self.value, list) else self.value


def read_members(members: Members, node: Node, faults: Faults, *keys: str) -> dict[str, Given]:
    """Read a mapping with known keys.

    :param keys: lead to it, for error texts.
    :return: what of it is good.
    """
    if not isinstance(node.value, dict):
        first = ", ".join(each.name for each in members.options[:_FIRST])
        faults.add(node.place, *keys, f"must be a mapping with keys such as {first}, got {_shown(members, node)}")
        return {}
    kind = _kind_of(members, node, faults, *keys) if members.one_of else None
    if members.one_of and kind is None:
        return {}
    allowed = [each.name for each in members.options if kind is None or each.name == kind or kind in each.beside]
    names = [each for each in allowed if each != kind]
    where = f", allowed {'are' if kind is None else f'beside {kind} are'} {', '.join(names)}"
    read: dict[str, Given] = {}
    unknown: list[str] = []
    for name, value in node.value.items():
        option = members.named(name)
        if option is None or name not in allowed:
            unknown.append(name)
            if len(unknown) <= _MOST_UNKNOWN:
                faults.add(value.key_place, *keys, f"{shown(name)}: unknown key{where}{did_you_mean(name, names)}")
            where = ""  # told once for a mapping
            continue
        found = _read(option.kind, value, faults, *keys, name)
        if found is not _BAD:
            read[name] = Given(found, value.place, value.key_place)
    if len(unknown) > _MOST_UNKNOWN:
        faults.add(node.place, *keys, f"{len(unknown) - _MOST_UNKNOWN:,} more unknown keys")
    # A key that was mistyped is told once.
    meant = {closest(name, names) for name in unknown[:_MOST_UNKNOWN]}
    for option in members.options:
        if option.is_required and option.name not in node.value and option.name not in meant:
            faults.add(node.place, *keys, option.name, "missing")
    return read


def _kind_of(members: Members, node: Node, faults: Faults, *keys: str) -> str | None:
    given = node.value if isinstance(node.value, dict) else {}
    kinds = [name for name in members.one_of if name in given]
    if len(kinds) == 1:
        return kinds[0]
    unknown = [name for name in given if members.named(name) is None]
    meant = did_you_mean(unknown[0], members.one_of) if unknown and not kinds else ""
    got = f", got {' and '.join(kinds)}" if kinds else ""
    reason = f"must be a path, or have exactly one of the keys {', '.join(members.one_of)}{got}{meant}"
    faults.add(node.place, *keys, reason)
    return None


def _read(kind: Kind, node: Node, faults: Faults, *keys: str) -> Any:
    """A value of some kind, or `_BAD`."""
    if isinstance(kind, Either):
        if node.value is None or isinstance(node.value, list):
            faults.add(node.place, *keys, f"must be {kind.allowed}, got {node.kind}")
            return _BAD
        kind = kind.members if isinstance(node.value, dict) else kind.scalar
    match kind:
        case Items():
            return _items(kind, node, faults, *keys)
        case Entries():
            return _entries(kind, node, faults, *keys)
        case Several():
            return _several(kind, node, faults, *keys)
        case Members():
            return _whole(kind, node, faults, *keys)
        case _:
            return _scalar(kind, node, faults, *keys)


def _whole(members: Members, node: Node, faults: Faults, *keys: str) -> Any:
    before = len(faults)
    read = read_members(members, node, faults, *keys)
    return read if len(faults) == before else _BAD


def _scalar(kind: Scalar, node: Node, faults: Faults, *keys: str) -> Any:
    try:
        return kind.read(node.plain, is_quoted=node.is_quoted)
    except ValueError as error:
        faults.add(node.place, *keys, str(error))
        return _BAD


def _items(kind: Items, node: Node, faults: Faults, *keys: str) -> Any:
    if not isinstance(node.value, list):
        faults.add(node.place, *keys, f"must be a list of {kind.noun}{_got(kind.of, node)}")
        return _BAD
    read = [_scalar(kind.of, each, faults, *keys, str(number)) for number, each in enumerate(node.value, 1)]
    if not kind.low <= len(read) <= kind.high:
        faults.add(node.place, *keys, f"must be {kind.allowed}, got {len(read):,}")
        return _BAD
    return _BAD if _BAD in read else tuple(read)


def _several(kind: Several, node: Node, faults: Faults, *keys: str) -> Any:
    if not isinstance(node.value, list) or not kind.low <= len(node.value) <= kind.high:
        got = f"{len(node.value):,}" if isinstance(node.value, list) else _shown(kind.of, node)
        faults.add(node.place, *keys, f"must be {kind.allowed}, got {got}")
        return _BAD
    return [
        Given(read_members(kind.of, each, faults, *keys, str(number)), each.place, each.key_place)
        for number, each in enumerate(node.value, 1)
    ]


def _entries(kind: Entries, node: Node, faults: Faults, *keys: str) -> Any:
    if not isinstance(node.value, dict):
        faults.add(node.place, *keys, f"must be a mapping of {kind.noun}, got {_plainly(node)}")
        return _BAD
    if len(node.value) > kind.most:
        faults.add(node.place, *keys, f"must be {kind.allowed}, got {len(node.value):,}")
        return _BAD
    read = {}
    for name, value in node.value.items():
        try:
            kind.key.read(name, is_quoted=True)
        except ValueError as error:
            faults.add(value.key_place, *keys, f"the key {error}")
            continue
        if isinstance(kind.value, Members):
            # What is good of it is looked at further.
            found: Any = read_members(kind.value, value, faults, *keys, shown(name))
        else:
            found = _read(kind.value, value, faults, *keys, shown(name))
        if found is not _BAD:
            read[name] = Given(found, value.place, value.key_place)
    return read


def _got(kind: Scalar, node: Node) -> str:
    # What a text of a record holds, no log may show.
    return f", got {node.kind if isinstance(kind, Prose) else _plainly(node)}"


def _shown(members: Members, node: Node) -> str:
    return node.kind if _has_prose(members) else _plainly(node)


def _plainly(node: Node) -> str:
    return node.kind if node.value is None else shown(node.plain)


def _has_prose(members: Members) -> bool:
    # A job has its texts in its input.
    kinds = (each.kind.members if isinstance(each.kind, Either) else each.kind for each in members.options)
    return any(
        isinstance(kind, Prose | LocalPath) or (isinstance(kind, Members) and _has_prose(kind)) for kind in kinds
    )


def merged(*layers: Mapping[str, Given]) -> dict[str, Given]:
    """Options of several layers. Of each option the last one holds; mappings are merged by their keys."""
    result: dict[str, Given] = {}
    for layer in layers:
        for name, given in layer.items():
            below = result.get(name)
            if below is not None and isinstance(below.value, dict) and isinstance(given.value, dict):
                result[name] = Given(merged(below.value, given.value), given.place, given.key_place)
            else:
                result[name] = given
    return result
