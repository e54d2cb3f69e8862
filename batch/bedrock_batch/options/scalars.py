"""The kinds of single values that a job file may have, and the rule of each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from bedrock_batch.options.closest import did_you_mean
from bedrock_batch.texts import shown

Plain = str | None | list["Plain"] | dict[str, "Plain"]
"""A value of a file as it is written: every scalar is a text."""

# CloudFormation interprets the first two, CDK the next two, IAM the last two.
INTERPRETED: Final = ("${", "{{", "#{", "Token[", "*", "?")
# A path on common systems, and longer than any path in a repository.
LONGEST_PATH: Final = 1024
_WHOLE_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}")
_NUMBER: Final = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Text:
    """A text that reaches templates, names and logs."""

    allowed: str = "a text that is not empty"
    """What it must be, after "must be"."""
    pattern: re.Pattern[str] | None = None
    longest: int | None = None
    may_be_empty: bool = False
    examples: tuple[str, ...] = ()

    def read(self, value: Plain, *, is_quoted: bool) -> str:  # noqa: ARG002 - as the other kinds
        """Read a value.

        :raises ValueError: the text says what it must be, and what it is.
        """
        if not isinstance(value, str) or not (value or self.may_be_empty):
            raise ValueError(f"must be {self.allowed}, got {_got(value)}")
        if not value.isprintable():
            raise ValueError(f"must not hold line breaks or control characters, got {shown(value)}")
        found = next((mark for mark in INTERPRETED if mark in value), None)
        if found is not None:
            raise ValueError(
                f"must not hold {found!r}, which CloudFormation, CDK or IAM interprets, got {shown(value)}"
            )
        if self.longest is not None and len(value) > self.longest:
            raise ValueError(f"must be {self.allowed} of at most {self.longest} characters, got {shown(value)}")
        if self.pattern is not None and not self.pattern.fullmatch(value):
            raise ValueError(f"must be {self.allowed}, got {shown(value)}")
        return value


@dataclass(frozen=True, slots=True)
class Prose:
    """A text that reaches records only: it may hold anything, and no error shows it."""

    allowed: str = "a text that is not empty"

    def read(self, value: Plain, *, is_quoted: bool) -> str:  # noqa: ARG002 - as the other kinds
        """Read a value, as `Text.read`."""
        if not isinstance(value, str) or not value.strip():
            raise ValueError("must be a text that is not empty")
        return value


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A number of something, without quotes."""

    low: int
    high: int
    unit: str

    @property
    def allowed(self) -> str:
        """What it must be."""
        return f"a whole number of {self.unit}, {self.low:,} to {self.high:,}"

    def read(self, value: Plain, *, is_quoted: bool) -> int:
        """Read a value, as `Text.read`."""
        if is_quoted or not isinstance(value, str) or not _WHOLE_NUMBER.fullmatch(value):
            quotes = ", without quotes" if is_quoted and str(value).isdecimal() else ""
            raise ValueError(f"must be {self.allowed}{quotes}, got {_got(value)}")
        if not self.low <= int(value) <= self.high:
            raise ValueError(f"must be {self.low:,} to {self.high:,} {self.unit}, got {shown(int(value))}")
        return int(value)


@dataclass(frozen=True, slots=True)
class Number:
    """A number from zero, without quotes."""

    allowed: str = "a number from zero, such as 0.5"
    most: float | None = None

    def read(self, value: Plain, *, is_quoted: bool) -> float:
        """Read a value, as `Text.read`."""
        if is_quoted or not isinstance(value, str) or not _NUMBER.fullmatch(value):
            quotes = ", without quotes" if is_quoted else ""
            raise ValueError(f"must be {self.allowed}{quotes}, got {_got(value)}")
        if self.most is not None and float(value) > self.most:
            raise ValueError(f"must be {self.allowed}, got {value}")
        return float(value)


@dataclass(frozen=True, slots=True)
class Flag:
    """A switch, without quotes."""

    allowed: str = "true or false"

    def read(self, value: Plain, *, is_quoted: bool) -> bool:
        """Read a value, as `Text.read`."""
        known = {"true": True, "false": False}
        if is_quoted or not isinstance(value, str) or value not in known:
            quotes = ", without quotes" if is_quoted and value in known else ""
            raise ValueError(f"must be true or false{quotes}, got {_got(value)}")
        return known[value]


@dataclass(frozen=True, slots=True)
class Word:
    """One of some words, or a text of another form."""

    words: tuple[str, ...]
    otherwise: Text | None = None

    @property
    def allowed(self) -> str:
        """What it must be."""
        words = f"one of {', '.join(self.words)}" if len(self.words) > 1 else f"the word {self.words[0]}"
        return words if self.otherwise is None else f"{words}, or {self.otherwise.allowed}"

    def read(self, value: Plain, *, is_quoted: bool) -> str:
        """Read a value, as `Text.read`."""
        if value in self.words:
            return str(value)
        if self.otherwise is not None:
            # A text with a mark that something interprets is told as such.
            try:
                return self.otherwise.read(value, is_quoted=is_quoted)
            except ValueError as error:
                if "interprets" in str(error):
                    raise
        raise ValueError(f"must be {self.allowed}, got {_got(value)}{did_you_mean(value, self.words)}")


@dataclass(frozen=True, slots=True)
class LocalPath:
    """The path of a file or a folder, from the folder of the job file. It is not in the template."""

    what: str
    """What is there: `file`, or `folder`."""
    text: Text = field(default=Text(longest=LONGEST_PATH, allowed="a path"))

    @property
    def allowed(self) -> str:
        """What it must be."""
        return f"the path of a {self.what}"

    def read(self, value: Plain, *, is_quoted: bool) -> str:
        """Read a value, as `Text.read`. Whether there is such a file is not looked at."""
        if not isinstance(value, str) or not value:
            raise ValueError(f"must be {self.allowed}")
        try:
            return self.text.read(value, is_quoted=is_quoted)
        except ValueError as error:
            # Texts of records that somebody wrote here are no paths, and no error shows them.
            raise ValueError(str(error).partition(", got ")[0]) from None


def _got(value: Plain) -> str:
    return "nothing" if value is None else shown(value)


Scalar = Text | Prose | WholeNumber | Number | Flag | Word | LocalPath
