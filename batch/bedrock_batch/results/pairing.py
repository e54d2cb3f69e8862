"""Which line of an output file belongs to which record, where an id alone does not tell: it is made up, or repeated."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

UNKNOWN: Final = b""
"""Stands for the digest of a body that an output line does not have."""


class Item(NamedTuple):
    """A record of the input, or a line of the output."""

    body: bytes
    """A digest. A line may have `UNKNOWN`."""
    is_line: int
    number: int
    record_id: str | None
    """None for a record whose id Bedrock made up."""
    outcome: str | None


class Pair(NamedTuple):
    """A record and its line, by their numbers."""

    line: int
    made_up: str | None
    record: int


class Pairing:
    """Pairs the records and the lines of one file: by id and body, then by the body, then by the id.

    Records that are the same in both get their lines in order. Each record and line is looked at once. In memory are
    those of one body, and what the bodies do not pair.
    """

    def __init__(self) -> None:
        """Nothing yet."""
        self.repeated: list[int] = []
        """The numbers of lines that say once more what another line says."""
        self._waiting: defaultdict[str | None, list[int]] = defaultdict(list)
        self._nameless: list[int] = []
        self._left: list[Item] = []
        self._strange: dict[str | None, Item] = {}

    def pairs(self, items: Iterable[Item]) -> Iterator[Pair]:
        """What belongs together.

        :param items: in the order of their members, so that all of one body are together.
        """
        for body, group in groupby(items, attrgetter("body")):
            yield from self._of_one_body(group)
            if body == UNKNOWN:
                self._strange = {line.record_id: line for line in self._left}
        yield from self._by_id()
        if len(self._nameless) == len(self._strange) == 1:
            # Nothing else is left.
            yield from map(_pair, self._nameless, self._strange.values())

    def _of_one_body(self, group: Iterable[Item]) -> Iterator[Pair]:
        nameless: list[int] = []
        named: defaultdict[str | None, list[int]] = defaultdict(list)
        alike: defaultdict[str | None, list[Item]] = defaultdict(list)
        for item in group:
            if item.is_line:
                alike[item.record_id].append(item)
            elif item.record_id is None:
                nameless.append(item.number)
            else:
                named[item.record_id].append(item.number)
        left: list[Item] = []
        for record_id, lines in alike.items():
            asking = named.get(record_id, [])
            kept = self._best(lines, len(asking) or 1)
            yield from map(_pair, asking, kept)
            del asking[: len(kept)]
            if record_id not in named:
                left += kept
        for record_id, asking in named.items():
            self._strange.pop(record_id, None)
            if asking:
                self._waiting[record_id] += asking
        yield from map(_pair, nameless, left)
        self._left += left[len(nameless) :]
        self._nameless += nameless[len(left) :]

    def _best(self, lines: list[Item], most: int) -> list[Item]:
        # The words of the outcomes are in the order of the alphabet: error, invalid_output, success.
        best = sorted(lines, key=lambda line: line.outcome or "", reverse=True)
        self.repeated += [line.number for line in best[most:]]
        return sorted(best[:most], key=lambda line: line.number)

    def _by_id(self) -> Iterator[Pair]:
        lines: defaultdict[str | None, list[Item]] = defaultdict(list)
        for line in self._left:
            if line.record_id in self._waiting:
                lines[line.record_id].append(line)
        for record_id, found in lines.items():
            yield from map(_pair, sorted(self._waiting[record_id]), sorted(found, key=lambda line: line.number))


def _pair(record: int, line: Item) -> Pair:
    return Pair(line.number, line.record_id, record)
