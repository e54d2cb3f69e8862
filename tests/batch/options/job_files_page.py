"""The tables of `docs/job-files.md`, made of the table of options."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bedrock_batch.options import (
    DEFAULTS_FILE,
    ENVIRONMENTS_FILE,
    JOB,
    JOB_FILE,
    Either,
    Entries,
    Items,
    Members,
    Option,
)
from bedrock_batch.options.descriptions import must_be
from bedrock_batch.options.of_environment import CEILINGS, ENVIRONMENT, OVERRIDE
from bedrock_batch.options.of_input import INPUT
from bedrock_batch.options.of_job import VPC
from bedrock_batch.options.of_monitoring import ALARMS, OUTCOME
from bedrock_batch.options.of_storage import STORAGE

_HEAD: Final = "| Key | What it is | Must be | Default | Limits from |\n|---|---|---|---|---|"
_HEAD_OF_CHOSEN: Final = "| Key | What it is | Must be | Limits from |\n|---|---|---|---|"
_HEAD_OF_BESIDE: Final = "| Key | What it is | Must be | Beside | Default | Limits from |\n|---|---|---|---|---|---|"
# The mappings that have a section of their own.
_SECTIONS: Final = {
    **{name: name for name in ("input", "vpc", "outcome", "alarms", "storage", "ceilings", "prices")},
    "environments": "an-environment",
    "overrides": "an-override",
}


def sections() -> dict[str, str]:
    """All generated sections by name."""
    alternative = JOB_FILE.alternative
    assert isinstance(INPUT, Either)
    assert alternative is not None
    return {
        "job": _table(JOB.options),
        "jobs": _table([alternative]),
        "input": _input(INPUT.members),
        "vpc": _table(VPC.options),
        "outcome": _table(_members(OUTCOME).options),
        "alarms": _table(_members(ALARMS).options),
        "defaults": _beyond_a_job(DEFAULTS_FILE.members),
        "storage": _table(STORAGE.options),
        "environments": _table(ENVIRONMENTS_FILE.members.options),
        "environment": _beyond_a_job(ENVIRONMENT),
        "ceilings": _table(_members(CEILINGS).options),
        "prices": _table(_members(_named(ENVIRONMENT, "prices")).options),
        "overrides": _beyond_a_job(OVERRIDE),
    }


def _members(option: Option) -> Members:
    """The mapping that an option has, or that each of its entries has."""
    kind = option.kind.value if isinstance(option.kind, Entries) else option.kind
    kind = kind.members if isinstance(kind, Either) else kind
    assert isinstance(kind, Members)
    return kind


def _named(members: Members, name: str) -> Option:
    option = members.named(name)
    assert option is not None
    return option


def _beyond_a_job(members: Members) -> str:
    """The keys that a job does not have, after a sentence about those that it has."""
    without = [each for each in JOB.options if each not in members.options]
    own = [each for each in members.options if each not in JOB.options]
    left_out = [f"`{each.name}`" for each in without]
    names = f"{', '.join(left_out[:-1])} and {left_out[-1]}"
    return f"The keys of a job but {names}, and:\n\n{_table(own)}"


def _input(members: Members) -> str:
    """A table of the keys of which there must be one, and one of the keys beside them."""
    chosen = [each for each in members.options if each.name in members.one_of]
    beside = [each for each in members.options if each.name not in members.one_of]
    rows = [
        f"| {_key(each)} | {_text(each.sentence)} | {_must_be(each)} | {_names(each.beside or members.one_of)} | "
        f"{_text(each.default)} | {_text(each.source)} |"
        for each in beside
    ]
    return "\n".join([_table(chosen, with_default=False), "", _HEAD_OF_BESIDE, *rows])


def _table(options: Iterable[Option], *, with_default: bool = True) -> str:
    head = _HEAD if with_default else _HEAD_OF_CHOSEN
    rows = []
    for each in options:
        default = f" {_default(each)} |" if with_default else ""
        rows.append(f"| {_key(each)} | {_text(each.sentence)} | {_must_be(each)} |{default} {_text(each.source)} |")
    return "\n".join([head, *rows])


def _key(option: Option) -> str:
    return f"[`{option.name}`](#{_SECTIONS[option.name]})" if option.name in _SECTIONS else f"`{option.name}`"


def _default(option: Option) -> str:
    return "**required**" if option.is_required else _text(option.default)


def _must_be(option: Option) -> str:
    kind = option.kind
    if isinstance(kind, Items):
        return _text(f"{kind.allowed}, each {must_be(kind.of)}")
    if isinstance(kind, Entries):
        value = "" if isinstance(kind.value, Members) else f", and each value {must_be(kind.value)}"
        return _text(f"{kind.allowed}; each key must be {must_be(kind.key)}{value}")
    return _text(must_be(kind))


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _text(text: str) -> str:
    """A text for a cell, in which Markdown finds no HTML and no end of the cell."""
    return text.replace("<", "\\<").replace("|", "\\|").replace("*", "\\*")
