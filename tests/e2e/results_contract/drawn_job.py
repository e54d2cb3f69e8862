"""A job at random: its files, its model, and how it ends."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from e2e.results_contract.models import MODELS, Body, Model, refused_bodies

# Bedrock takes no fewer.
FEWEST: Final = 100
_WORDS: Final = (
    "pump", "seal", "größe", "日本語", "🦀", "zero\u0000", "line\nbreak", "sep\u2028arator", "tab\t", '"quoted"',
    "back\\slash", "next\u0085line", "\r\n", "e\u0301", "how many 17 and 4", "json", "labels: red, green or blue",
    "\ufeffmark",
)  # fmt: skip
_NAMES: Final = (
    "a.jsonl",
    "b.jsonl",
    "x/a.jsonl",
    "x/y/a.jsonl",
    "y/a.jsonl",
    "Z.jsonl",
    "ä ö/1+2%.jsonl",
    "a.jsonl/c.jsonl",
)
_IDS: Final[tuple[Callable[[int], str], ...]] = (
    lambda number: f"R{number:04d}",
    lambda number: f"é日本🦀 {number}",
    # Look the same, or are the same number, and are different ids.
    lambda number: ("é", "e\u0301", "E", "e")[number % 4] + str(number // 4),
    lambda number: ("", "0", "00", " ")[number % 4] + str(number // 4) + ("", "", "", ".0")[number % 4],
    lambda number: f"quo'te\"\n{number}\u0000{number % 3}",
)


@dataclass(frozen=True)
class Record:
    """A line of the input. `line` is without the line's end."""

    record_id: str | None
    body: Body | None
    """None for a line that is no record."""
    line: bytes


@dataclass(frozen=True)
class End:
    """How a job ends: by itself, by a stop after so many seconds, by its deadline, or by a fault."""

    kind: str
    seconds: float = 0.0
    """Of a stop: after the start. Of an expiry: between the start of the work and the deadline; below 0 it is late."""
    writes: int = 0
    """Of a failed delivery: the objects that are written before."""


@dataclass
class DrawnJob:
    """A job, and what it was drawn with."""

    seed: str
    model: Model
    files: dict[str, list[Record]]
    content: dict[str, bytes]
    """The input files, and files beside them that are no input."""
    is_one_file: bool
    end: End
    columns: dict[str, dict[str, Any]] | None
    """By ids; None for a job without a file of columns."""
    has_columns_file: bool
    damage: list[str] = field(default_factory=list)

    @property
    def records(self) -> int:
        return sum(map(len, self.files.values()))

    def __str__(self) -> str:
        files = ", ".join(f"{name} ({len(records)})" for name, records in self.files.items())
        kind = "Converse" if self.model.converse else "InvokeModel"
        columns = "none" if self.columns is None else f"{len(self.columns)}, file there: {self.has_columns_file}"
        return (
            f"job {self.seed!r}: {self.model.model_id} {kind}\n"
            f"{'one file' if self.is_one_file else 'prefix'}: {files}\n"
            f"end: {self.end}; columns: {columns}; damage: {'; '.join(self.damage) or 'none'}"
        )


def drawn_job(seed: str, kind: str, *, distinct_names: bool) -> DrawnJob:
    """The same job for the same arguments.

    :param kind: how it ends.
    :param distinct_names: no two files have the same last part of their names.
    """
    chance = Random(seed)  # noqa: S311 - no secret
    model = chance.choice(MODELS)
    names = ["x.jsonl"] if (is_one_file := chance.random() < 0.3) else _names(chance, distinct_names=distinct_names)
    total = chance.randint(1, FEWEST - 1) if kind == "few" else chance.randint(FEWEST, FEWEST + 40)
    records = _Records(chance, model)
    files: dict[str, list[Record]] = {name: [] for name in names}
    for _ in range(total):
        files[chance.choice(names)].append(records.draw())
    for name in names if not records.same_ids else ():
        # The ids begin anew in each file.
        files[name] = [records.named_anew(each, number) for number, each in enumerate(files[name])]
    if kind == "no record":
        spoilt = chance.choice([name for name in names if files[name]])
        files[spoilt].insert(
            chance.randrange(len(files[spoilt])), Record(None, None, chance.choice([b"{", b"[]", b"?"]))
        )
    content = {
        # Some editors begin a file with a mark.
        name: chance.choice([b"", b"", b"", codecs.BOM_UTF8]) * bool(files[name])
        + b"".join(_lines(chance, [each.line for each in files[name]]))
        for name in sorted(files)
    }
    if not is_one_file:
        content |= {"README.txt": b"no input\n", "x/b.json": b"{}\n"}
    ids = {each.record_id for each in _all(files) if each.record_id}
    columns = {
        each: {"row": number, "größe": each[:3]} for number, each in enumerate(sorted(ids)) if chance.random() < 0.9
    }
    return DrawnJob(
        seed,
        model,
        dict(sorted(files.items())),
        content,
        is_one_file,
        _end(chance, kind, total),
        columns if chance.random() < 0.3 else None,
        chance.random() < 0.7,
    )


def _names(chance: Random, *, distinct_names: bool) -> list[str]:
    names = chance.sample(_NAMES, chance.randint(1, 5))
    return list({name.rpartition("/")[2]: name for name in names}.values()) if distinct_names else names


def _end(chance: Random, kind: str, total: int) -> End:
    # 390 seconds until the work begins, 120 until the first record is done, 2 for each record.
    seconds = {
        "stop early": chance.uniform(0, 390),
        "stop": chance.uniform(390, 390 + 120 + 2 * total),
        "expire early": -1.0,
        "expire": chance.choice([1.0, chance.uniform(120, 120 + 2 * total)]),
    }
    return End(kind, seconds=seconds.get(kind, 0.0), writes=chance.randint(0, 3))


class _Records:
    """Draws the records of one job."""

    def __init__(self, chance: Random, model: Model) -> None:
        self._chance = chance
        self._model = model
        self._id_of = chance.choice(_IDS)
        self._nameless = chance.choice([0, 0, 0.3, 1])
        self._refused = chance.choice([0, 0, 0.1, 0.5, 1])
        self._repeated = chance.choice([0, 0.2, 0.8])
        self._bodies: list[Body] = []
        self._number = 0
        self.same_ids = chance.random() < 0.5
        """Whether files have the same ids."""

    def draw(self) -> Record:
        self._number += 1
        body = self._body()
        return self._written(None if self._chance.random() < self._nameless else self._id_of(self._number), body)

    def named_anew(self, record: Record, number: int) -> Record:
        return record if record.record_id is None else self._written(self._id_of(number), record.body or {})

    def _body(self) -> Body:
        if self._bodies and self._chance.random() < self._repeated:
            return self._chance.choice(self._bodies)
        body = self._model.body(" ".join([f"report {self._number}", *self._chance.choices(_WORDS, k=3)]))
        if self._chance.random() < self._refused:
            body = self._chance.choice(refused_bodies(body))
        self._bodies.append(body)
        return body

    def _written(self, record_id: str | None, body: Body) -> Record:
        members: list[tuple[str, Any]] = [("modelInput", body)]
        if record_id is not None:
            members.insert(self._chance.randint(0, 1), ("recordId", record_id))
        elif self._chance.random() < 0.2:
            members.insert(0, ("recordId", ""))
        separators = self._chance.choice([(",", ":"), (", ", ": "), (" ,\t", " : "), (",\r", ": ")])
        text = json.dumps(dict(members), ensure_ascii=self._chance.random() < 0.5, separators=separators)
        return Record(record_id, body, text.encode())


def _lines(chance: Random, lines: list[bytes]) -> Iterator[bytes]:
    end = chance.choice([b"\n", b"\n", b"\r\n"])
    blank, has_last_end = chance.choice([0, 0, 0.1]), chance.random() < 0.7
    for number, line in enumerate(lines, 1):
        yield line + (end if number < len(lines) or has_last_end else b"")
        if chance.random() < blank and number < len(lines):
            yield chance.choice([b"", b" ", b"\t"]) + end


def _all(files: dict[str, list[Record]]) -> Iterator[Record]:
    for records in files.values():
        yield from records
