"""The content of messages: a text, or a list of blocks, in the two forms that families have.

The checks run for each message. What is usual takes the shortest way; anything else is looked at once more. They are
methods, since to call an object takes longer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bedrock_batch.families.fault import NONE, Fault

TYPED: Final = "must be a string, or a list of blocks that have a type each"
_TYPED_ONLY: Final = "must be a list of blocks that have a type each"
UNTYPED: Final = 'must be a list of blocks with one member each, such as {"text": ...}'
_EMPTY: Final = "must not be empty"
_FILLED: Final = "must be a string that is not empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedBlocks:
    """The check of a content that is a string, or a list of objects with `type`."""

    types: Mapping[str, str]
    """The types that are known, each with the member that its blocks must have."""
    foreign: frozenset[str] = frozenset()
    """Types that the model is known to refuse. Any other one is doubtful."""
    takes_text: bool = True
    """Whether a string will do."""
    takes_empty_text: bool = False
    """Whether texts may be empty. An empty list is doubtful then."""

    def check(self, path: str, content: Any) -> Sequence[Fault]:
        """What is wrong with the content."""
        kind = type(content)
        if kind is str and content and self.takes_text:
            return NONE
        if kind is list and content:
            types = self.types
            try:
                for block in content:
                    what = block["type"]
                    if what == "text":
                        if type(block["text"]) is not str or not block["text"]:
                            break
                    elif block[types[what]] is None:
                        break
                else:
                    return NONE
            except (KeyError, TypeError):
                pass
        return tuple(dict.fromkeys(self._faults(path, content)))

    def _faults(self, path: str, content: Any) -> Iterator[Fault]:
        if isinstance(content, str) and self.takes_text:
            if not content and not self.takes_empty_text:
                yield Fault(path, _EMPTY)
        elif not isinstance(content, list):
            yield Fault(path, TYPED if self.takes_text else _TYPED_ONLY)
        elif not content:
            yield Fault(path, _EMPTY, self.takes_empty_text)
        else:
            for block in content:
                yield from self._faults_of_block(path, block)

    def _faults_of_block(self, path: str, block: Any) -> Iterator[Fault]:
        kind = block.get("type") if isinstance(block, dict) else None
        if not isinstance(kind, str):
            yield Fault(path, TYPED if self.takes_text else _TYPED_ONLY)
        elif kind in self.foreign:
            yield Fault(f"{path}.type", "is a type of chat completions, which this model does not have")
        elif kind not in self.types:
            yield Fault(f"{path}.type", "not a type of block that is known here", True)
        elif kind == "text":
            text = block.get("text")
            if not isinstance(text, str) or not (text or self.takes_empty_text):
                yield Fault(f"{path}.text", "must be a string" if self.takes_empty_text else _FILLED)
        elif block.get(self.types[kind]) is None:
            yield Fault(f"{path}.{self.types[kind]}", f"required in a block of type {kind}")


@dataclass(frozen=True, slots=True, kw_only=True)
class UntypedBlocks:
    """The check of a list of objects without `type`, each with one member that says what it is."""

    members: frozenset[str]
    """The members that are known. Any other one is doubtful."""
    beside: str | None = None
    """A member that may stand beside the one."""
    is_empty_doubtful: bool = False
    """Whether an empty list, and an empty text, are doubtful. They are refused otherwise."""

    def check(self, path: str, content: Any) -> Sequence[Fault]:
        """What is wrong with the content."""
        if type(content) is list and content:
            try:
                for block in content:
                    if len(block) != 1:
                        break
                    if "text" in block:
                        if type(block["text"]) is not str or not block["text"]:
                            break
                    elif not block.keys() <= self.members or None in block.values():
                        break
                else:
                    return NONE
            except (AttributeError, TypeError):
                pass
        return tuple(dict.fromkeys(self._faults(path, content)))

    def _faults(self, path: str, content: Any) -> Iterator[Fault]:
        if not isinstance(content, list):
            yield Fault(path, UNTYPED)
        elif not content:
            yield Fault(path, _EMPTY, self.is_empty_doubtful)
        else:
            for block in content:
                yield from self._faults_of_block(path, block)

    def _faults_of_block(self, path: str, block: Any) -> Iterator[Fault]:
        # Members that are not set may be null.
        given = [member for member, value in block.items() if value is not None] if isinstance(block, dict) else []
        if len(given) > 1 and self.beside in given:
            given.remove(self.beside)
        if len(given) != 1 or "type" in block:
            yield Fault(path, UNTYPED)
            return
        (member,) = given
        if member not in self.members:
            yield Fault(f"{path}.{member}", "not a member that is known here", True)
        elif member == "text" and not (isinstance(block["text"], str) and block["text"]):
            yield Fault(f"{path}.text", _FILLED, self.is_empty_doubtful and block["text"] == "")
