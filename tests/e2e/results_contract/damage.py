"""What can happen to the output of a job after its end, or be missing from the beginning."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

MANIFEST: Final = "manifest.json.out"
_KINDS: Final = ("manifest", "lose", "double", "shuffle", "cut", "delete", "junk")


@dataclass
class Line:
    """A line of an output file, and the position of its record in the input file; None for no record's."""

    position: int | None
    text: bytes


@dataclass
class Output:
    """The output files of a job, and its manifest."""

    files: dict[str, list[Line]]
    manifest: bytes | None
    done: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, objects: dict[str, bytes]) -> Output:
        """As the job wrote it: the first line of a file is that of the first record, and so on."""
        bodies = {name: body for name, body in objects.items() if name != MANIFEST}
        files = {
            name: [Line(position, line + b"\n") for position, line in enumerate(body.split(b"\n")[:-1])]
            for name, body in bodies.items()
        }
        return cls(files, objects.get(MANIFEST))

    @property
    def objects(self) -> dict[str, bytes]:
        """What is in the folder of the job."""
        written = {name: b"".join(line.text for line in lines) for name, lines in self.files.items()}
        return written if self.manifest is None else {**written, MANIFEST: self.manifest}

    @property
    def is_whole(self) -> bool:
        """Whether each line is there still."""
        return not {each.partition(" ")[0] for each in self.done} & {"lose", "cut", "delete"}

    def spoil(self, chance: Random) -> None:
        """Up to three kinds of damage."""
        for kind in sorted(chance.sample(_KINDS, chance.choice([0, 0, 1, 1, 2, 3])), key=_KINDS.index):
            if kind == "manifest":
                self.manifest = None
                self.done.append(kind)
            elif self.files:
                name = chance.choice(sorted(self.files))
                self.done.append(f"{kind} {name}")
                self._spoil(kind, name, chance)

    def _spoil(self, kind: str, name: str, chance: Random) -> None:
        lines = self.files[name]
        if kind == "lose":
            share = chance.choice([0.02, 0.3, 1])
            self.files[name] = [line for line in lines if chance.random() >= share]
        elif kind == "double":
            self.files[name] = [line for line in lines for _ in range(chance.choice([1, 1, 2, 3]))]
        elif kind == "shuffle":
            chance.shuffle(lines)
        elif kind == "cut" and lines:
            lines[-1] = Line(None, lines[-1].text[: chance.randrange(len(lines[-1].text) - 2)])
        elif kind == "delete":
            del self.files[name]
        elif kind == "junk":
            lines.insert(
                chance.randint(0, max(0, len(lines) - 1)), Line(None, chance.choice([b"{\n", b"[]\n", b"\xff\n"]))
            )
