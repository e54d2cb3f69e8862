"""The faults of an input, gathered by kind, and how they are told."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Final

from bedrock_batch.families import Fault
from bedrock_batch.texts import shown

_SHOWN_KINDS: Final = 10
_COUNTED_KINDS: Final = 1_000
_LONGEST_MEMBER: Final = 100


@dataclass(slots=True)
class _Kind:
    text: str
    first: int
    last: int
    count: int


@dataclass(slots=True)
class Findings:
    """The kinds of faults of an input, each with its first line and the number of its lines."""

    name: str
    """Of the input, in the texts: a path or an option."""
    kinds: dict[Hashable, _Kind] = field(default_factory=dict)
    has_more_kinds: bool = False

    def add(self, line: int, text: str, *, kind: Hashable = None, lines: int = 1) -> None:
        """Note a fault. Lines are noted in order; a second fault of one kind in a line does not count.

        :param line: of the file, or the position in the option, counted from 1.
        :param kind: what the faults of one kind have in common. Default: the text.
        :param lines: the number of lines from this one that have the fault.
        """
        known = self.kinds.get(kind or text)
        if known is None:
            if len(self.kinds) >= _COUNTED_KINDS:
                self.has_more_kinds = True
                return
            self.kinds[kind or text] = _Kind(text, line, line + lines - 1, lines)
        elif known.last < line:
            known.last = line + lines - 1
            known.count += lines

    def add_fault(self, line: int, fault: Fault) -> None:
        """Note a fault of a member."""
        if fault in self.kinds:
            self.add(line, "", kind=fault)
            return
        member = fault.member
        if not member.isprintable() or len(member) > _LONGEST_MEMBER:
            member = shown(member)
        self.add(line, f"{member}: {fault.reason}", kind=fault)

    def raise_if_any(self) -> None:
        """End reading if there are faults.

        :raises ValueError: the text is what `told` tells.
        """
        if self.kinds:
            raise ValueError("\n".join(self.told()))

    def told(self, *, has_all: bool = True) -> Iterator[str]:
        """A line for each of the first ten kinds, and one for the rest.

        :param has_all: whether every record was looked at.
        """
        about = "" if has_all else "at least "
        kinds = sorted(self.kinds.values(), key=lambda kind: kind.first)
        for kind in kinds[:_SHOWN_KINDS]:
            count = f" ({about}{kind.count:,} records)" if kind.count > 1 else ""
            yield f"{self.name}:{kind.first}: {kind.text}{count}"
        if more := len(kinds) - _SHOWN_KINDS if len(kinds) > _SHOWN_KINDS else 0:
            about = "at least " if self.has_more_kinds or not has_all else ""
            yield f"... and {about}{more:,} more kind{'s' if more > 1 else ''} of faults"
