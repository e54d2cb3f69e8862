"""Which line of an output file belongs to which record, where an id alone does not tell: it is made up, or repeated."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

UNKNOWN: Final = b""
"""Stands for the digest of a body that an output line does not have."""

_Key = tuple[str | None, bytes | None]


class Asked(NamedTuple):
    """A record of the input. Without an id, Bedrock makes one up."""

    position: int
    record_id: str | None
    body: bytes | None
    """A digest; None for a line that is no record."""


class Answered(NamedTuple):
    """A line of the output."""

    number: int
    record_id: str
    body: bytes
    """A digest, or `UNKNOWN`."""
    outcome: str


@dataclass
class Pairs:
    """What belongs together."""

    lines: dict[int, Answered] = field(default_factory=dict)
    """The line of each record that has one, by the record's position."""
    repeated: list[int] = field(default_factory=list)
    """The numbers of lines that say once more what another line says."""


def paired(records: Iterable[Asked], lines: Iterable[Answered]) -> Pairs:
    """Pair the records and the lines of one file: by id and body, then by the body, then by the id.

    Records that are the same in both get their lines in order. Takes time and memory for each record and line once.
    """
    pairs = Pairs()
    alike: defaultdict[_Key, list[Answered]] = defaultdict(list)
    for line in lines:
        alike[line.record_id, line.body].append(line)
    named: defaultdict[_Key, list[Asked]] = defaultdict(list)
    nameless: defaultdict[bytes, deque[Asked]] = defaultdict(deque)
    for record in records:
        if record.record_id is not None:
            named[record.record_id, record.body].append(record)
        elif record.body is not None:
            nameless[record.body].append(record)
    left: list[Answered] = []
    for key, group in alike.items():
        asking = named.get(key, [])
        kept = _best(group, len(asking) or 1, pairs)
        pairs.lines |= {record.position: line for record, line in zip(asking, kept, strict=False)}
        if not asking:
            left += kept
    by_id: defaultdict[str | None, deque[Asked]] = defaultdict(deque)
    for (record_id, _), asking in named.items():
        by_id[record_id].extend(record for record in asking if record.position not in pairs.lines)
    _pair_left(left, nameless, by_id, pairs)
    return pairs


def _best(group: list[Answered], most: int, pairs: Pairs) -> list[Answered]:
    # The words of the outcomes are in the order of the alphabet: error, invalid_output, success.
    best = sorted(group, key=lambda line: line.outcome, reverse=True)
    pairs.repeated += [line.number for line in best[most:]]
    return sorted(best[:most], key=lambda line: line.number)


def _pair_left(
    left: list[Answered],
    nameless: Mapping[bytes, deque[Asked]],
    by_id: Mapping[str | None, deque[Asked]],
    pairs: Pairs,
) -> None:
    strange: list[Answered] = []
    for line in left:
        if waiting := nameless.get(line.body) or by_id.get(line.record_id):
            pairs.lines[waiting.popleft().position] = line
        elif line.body == UNKNOWN and line.record_id not in by_id:
            strange.append(line)
    alone = [record for queue in nameless.values() for record in queue]
    if len(alone) == len(strange) == 1:
        pairs.lines[alone[0].position] = strange[0]
