"""The house: the tables of `docs/architecture.md` say which room may import what, and the code keeps to them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
STANDARD = frozenset(sys.stdlib_module_names)
ROOTS = {
    "bedrock_batch": "batch",
    "cdk_bedrock_batch": "constructs",
    "model_invocation_job": "lambda",
    "batch_outcome": "lambda",
    "bedrock_batch_local": "local",
}


@dataclass(frozen=True)
class Room:
    """A row of a table."""

    package: str
    name: str
    rooms: frozenset[str]
    packages: frozenset[str]


def _cell(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"`([^`]+)`", text))


def rooms_of(page: str) -> dict[tuple[str, str], Room]:
    """The rooms of all tables, by package and name."""
    found = {}
    for package, root in ROOTS.items():
        section = page.partition(f"### `{root}/{package}`")[2].partition("\n### ")[0]
        table = section.partition("| Room |")[2].partition("\n\n")[0]
        for line in table.splitlines()[2:]:
            name, _, rooms, packages = line.strip("|").split("|")
            (key,) = _cell(name)
            found[package, key] = Room(package, key, _cell(rooms), _cell(packages))
    return found


ROOMS = rooms_of(PAGE)


@cache
def modules() -> dict[str, Path]:
    """Every module of ours and its file; a package by its own name."""
    return {
        ".".join(file.relative_to(ROOT / root).with_suffix("").parts).removesuffix(".__init__"): file
        for package, root in ROOTS.items()
        for file in (ROOT / root / package).rglob("*.py")
    }


def imports(source: str, known: set[str]) -> Iterator[tuple[str, str]]:
    """What a source text imports, wherever in it: the module that is named, and the one that is meant.

    `from package import module` names the package and means the module.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            for alias in node.names:
                inside = f"{module}.{alias.name}"
                yield module, inside if inside in known else module


def room_of(module: str) -> tuple[str, str]:
    """The package and the room of a module; the package's own `__init__` has the empty name."""
    package, _, rest = module.partition(".")
    return package, rest.partition(".")[0]


def arrows(sources: dict[str, str]) -> dict[tuple[str, str], Room]:
    """What each room imports, in the form of the tables."""
    known = set(sources)
    found: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for module, source in sources.items():
        package, name = room_of(module)
        rooms, packages = found.setdefault((package, name), (set(), set()))
        for _, target in imports(source, known):
            other, room = room_of(target)
            if other == package:
                rooms |= {room} - {name, ""}
            elif other not in STANDARD:
                packages.add(other)
    return {
        key: Room(*key, frozenset(rooms), frozenset(packages)) for key, (rooms, packages) in found.items() if key[1]
    }


@cache
def sources() -> dict[str, str]:
    return {module: file.read_text("utf-8") for module, file in modules().items()}


@cache
def house() -> dict[tuple[str, str], Room]:
    return arrows(sources())


def file_arrows() -> dict[str, set[str]]:
    """Which modules of ours each module imports; a package's `__init__` hands names on and is no module here."""
    known = {module for module, file in modules().items() if file.name != "__init__.py"}
    return {
        module: {target for _, target in imports(source, known) if target in known}
        for module, source in sources().items()
        if module in known
    }


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """What cannot be put on floors, since it imports each other; empty if there is nothing."""
    left = dict(arrows)
    while free := [name for name, targets in left.items() if not targets & left.keys()]:
        for name in free:
            del left[name]
    return list(left)


@pytest.mark.parametrize("key", sorted({*ROOMS, *house()}), ids=".".join)
def test_a_room_imports_what_its_row_says_and_nothing_else(key: tuple[str, str]) -> None:
    assert house().get(key) == ROOMS.get(key)


@pytest.mark.parametrize("package", ROOTS)
def test_the_arrows_between_rooms_point_one_way(package: str) -> None:
    assert circle({room.name: set(room.rooms) for room in ROOMS.values() if room.package == package}) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    arrows = file_arrows()

    assert sum(map(len, arrows.values())) > 300
    assert circle(arrows) == []


def test_a_circle_is_noticed() -> None:
    assert circle({"job": {"workload"}, "workload": {"clock", "job"}, "clock": set()}) == ["job", "workload"]
    assert circle({"job": {"progress"}, "workload": {"job", "progress"}, "progress": set()}) == []


def test_a_private_room_is_entered_by_its_door() -> None:
    known = set(sources())
    inside = [
        (module, name)
        for module, source in sources().items()
        for name, _ in imports(source, known)
        if re.search(r"\._[a-z]\w*\.", name) and room_of(name) != room_of(module)
    ]

    assert inside == []


def test_only_the_room_of_ministack_enters_its_corrections() -> None:
    room = "bedrock_batch_local.emulator"
    known = set(sources())
    entered = {
        module
        for module, source in sources().items()
        if any(target.startswith(f"{room}.corrections") for _, target in imports(source, known))
    }

    assert {module for module in entered if not module.startswith(f"{room}.corrections")} == {f"{room}.application"}


@pytest.mark.parametrize("line", ["import aws_cdk.aws_s3", "def f():\n    from bedrock_batch_local.engine import job"])
def test_an_import_from_elsewhere_is_noticed_even_inside_a_function(line: str) -> None:
    changed = sources() | {"bedrock_batch.limits": line}

    assert arrows(changed)["bedrock_batch", "limits"] != ROOMS["bedrock_batch", "limits"]
