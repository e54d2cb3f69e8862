"""The kinds of lists and mappings that a job file may have, and the option that a key of a mapping stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bedrock_batch.options.scalars import Scalar, Text

# More keys are too many for a sentence.
_MOST_NAMED: Final = 6


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    of: Scalar
    low: int
    high: int
    noun: str
    """Of the items, in the plural."""

    @property
    def allowed(self) -> str:
        """What it must be."""
        return f"a list of {self.low:,} to {self.high:,} {self.noun}"


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping whose keys the user chooses."""

    key: Text
    value: Kind
    most: int
    noun: str
    """Of the entries, in the plural."""

    @property
    def allowed(self) -> str:
        """What it must be."""
        return f"a mapping of at most {self.most:,} {self.noun}"


@dataclass(frozen=True, slots=True)
class Members:
    """A mapping with known keys."""

    options: tuple[Option, ...]
    one_of: tuple[str, ...] = ()
    """Exactly one of these must be there. Other keys name those beside which they are allowed."""

    @property
    def allowed(self) -> str:
        """What it must be."""
        names = [each.name for each in self.options]
        is_long = len(names) > _MOST_NAMED
        return f"a mapping with {'keys such as' if is_long else 'the keys'} {', '.join(names[:_MOST_NAMED])}"

    def named(self, name: str) -> Option | None:
        """The option of a key."""
        return next((each for each in self.options if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Either:
    """A scalar, or a mapping with known keys."""

    scalar: Scalar
    members: Members

    @property
    def allowed(self) -> str:
        """What it must be."""
        return f"{self.scalar.allowed}, or {self.members.allowed}"


@dataclass(frozen=True, slots=True)
class Several:
    """A list of mappings with known keys."""

    of: Members
    low: int
    high: int
    noun: str

    @property
    def allowed(self) -> str:
        """What it must be."""
        return f"a list of {self.low:,} to {self.high:,} {self.noun}"


Kind = Scalar | Items | Entries | Members | Either | Several


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A row of the table: what a key of a job file may be."""

    name: str
    kind: Kind
    sentence: str
    """What it is, as a sentence."""
    default: str = ""
    """What holds without the key. Empty if the key is required."""
    source: str
    """Where its limits come from: a member of an API, or this project."""
    sets: tuple[str, ...] = ()
    """The options of the library that it sets. Default: the one with its name."""
    beside: tuple[str, ...] = ()
    """The keys of the same mapping beside which it is allowed. Default: all."""

    @property
    def is_required(self) -> bool:
        """Whether the key must be there."""
        return not self.default

    @property
    def parameters(self) -> tuple[str, ...]:
        """The options of the library that it sets."""
        return self.sets or (self.name,)
