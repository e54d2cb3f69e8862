"""The house: which room may import what, and which files must not exist or hold what."""

import ast
import json
import re
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STANDARD = frozenset(sys.stdlib_module_names)
ROOMS = {
    "constructs/cdk_bedrock_batch": {"aws_cdk", "constructs", "jsii", "yaml", "bedrock_batch", "cdk_bedrock_batch"},
    "batch/bedrock_batch": {"bedrock_batch"},
    "lambda/model_invocation_job": {"boto3", "botocore", "bedrock_batch", "model_invocation_job"},
    "local/bedrock_batch_local": {
        "boto3",
        "botocore",
        "ministack",
        "hypercorn",
        "bedrock_batch",
        "bedrock_batch_local",
    },
}

# What each room of the embedded AWS may know of the others, from the ground up.
FLOORS: dict[str, set[str]] = {
    "engine": set(),
    "inference": set(),
    "emulator": {"sdk"},
    "iam": {"engine", "emulator", "sdk"},
    "work": {"engine", "inference", "emulator", "iam", "sdk"},
    "server": {"engine", "inference", "emulator", "iam", "work", "settings"},
    "demo": {"engine", "embedded", "settings"},
}

# What each part of what all share may know of the others, likewise; a part that is not named knows nothing of them.
SHARED: dict[str, set[str]] = {
    "places": {"limits"},
    "records": {"limits", "record", "texts"},
    "manifest": {"limits", "s3_object"},
    "job": {"limits", "statuses"},
    "run": {"errors", "job", "limits", "s3_object"},
    "decisions": {"job", "run"},
}

# The one file of what decides that reads another.
READS = "batch/bedrock_batch/records.py"

# What each ring of the handler may know of the others; `core` knows neither botocore nor anything that acts.
RINGS: dict[str, set[str]] = {"core": set(), "io": {"core"}, "operations": {"core", "io"}}


def imported(source: str) -> set[str]:
    """The modules that a source text imports, wherever in it, by their full names."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
    return names


def foreign(source: str, allowed: set[str]) -> set[str]:
    """The imported top-level packages that are neither standard nor allowed."""
    return {name.partition(".")[0] for name in imported(source)} - STANDARD - allowed


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may_know(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))

    assert files
    assert {str(file): foreign(file.read_text("utf-8"), ROOMS[room]) for file in files} == {
        str(file): set() for file in files
    }


def test_an_import_from_the_wrong_room_is_noticed_even_inside_a_function() -> None:
    source = "import json\ndef f():\n    from bedrock_batch_local.engine import job\n    import aws_cdk.aws_s3\n"

    assert foreign(source, {"aws_cdk"}) == {"bedrock_batch_local"}


def modules_of(source: str, known: set[str]) -> set[str]:
    """Which of the known modules a source text imports; ``from package import module`` imports the module."""
    found = imported(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            inside = {f"{node.module}.{alias.name}" for alias in node.names} & known
            found = (found - {node.module}) | inside if inside else found
    return found & known


@cache
def arrows_of(package: Path) -> dict[str, set[str]]:
    """Which of its own modules each module of a package imports, by their full names."""
    files = {
        ".".join(file.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__"): file
        for file in package.rglob("*.py")
    }
    return {name: modules_of(file.read_text("utf-8"), set(files)) for name, file in files.items()}


@pytest.mark.parametrize("floor", FLOORS)
def test_the_embedded_aws_is_built_in_floors(floor: str) -> None:
    package = "bedrock_batch_local."
    arrows = arrows_of(ROOT / "local/bedrock_batch_local")
    modules = [name for name in arrows if (name + ".").startswith(f"{package}{floor}.")]

    assert modules
    for module in modules:
        floors = {name.removeprefix(package).partition(".")[0] for name in arrows[module]}
        assert floors <= FLOORS[floor] | {floor}, module


def test_one_room_of_the_embedded_aws_imports_ministack() -> None:
    package = ROOT / "local/bedrock_batch_local"
    rooms = {
        file.relative_to(package).parts[0]
        for file in package.rglob("*.py")
        if "ministack" in {name.partition(".")[0] for name in imported(file.read_text("utf-8"))}
    }

    assert rooms == {"emulator"}


def test_only_the_room_of_ministack_enters_its_corrections() -> None:
    room = "bedrock_batch_local.emulator"
    arrows = arrows_of(ROOT / "local/bedrock_batch_local")

    entered = {module for module, names in arrows.items() if any(f"{room}.corrections" in name for name in names)}

    assert {module for module in entered if not module.startswith(f"{room}.corrections")} == {f"{room}.application"}


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """Modules of which each imports the next and the last the first; empty if there are none."""
    finished: set[str] = set()

    def follow(way: list[str]) -> list[str]:
        for target in sorted(arrows.get(way[-1], set()) - finished):
            if target in way:
                return way[way.index(target) :]
            if found := follow([*way, target]):
                return found
        finished.add(way[-1])
        return []

    return next((found for start in sorted(arrows) if (found := follow([start]))), [])


def test_no_modules_of_the_embedded_aws_import_each_other_in_a_circle() -> None:
    arrows = arrows_of(ROOT / "local/bedrock_batch_local")

    assert any(arrows.values())
    assert circle(arrows) == []


def test_a_circle_of_imports_is_noticed() -> None:
    assert circle({"job": {"workload", "json"}, "workload": {"clock", "job"}, "clock": set()}) == ["job", "workload"]
    assert circle({"job": {"progress"}, "workload": {"job", "progress"}, "progress": set()}) == []


def test_what_all_share_is_built_from_the_ground_up() -> None:
    package = "bedrock_batch."
    folder = ROOT / "batch/bedrock_batch"
    for file in folder.rglob("*.py"):
        part = file.relative_to(folder).parts[0].removesuffix(".py")
        names = {name for name in imported(file.read_text("utf-8")) if name.startswith(package)}

        assert {name.removeprefix(package).partition(".")[0] for name in names} <= SHARED.get(part, set()) | {part}, (
            file
        )


@pytest.mark.parametrize("ring", RINGS)
def test_the_handler_is_built_in_rings(ring: str) -> None:
    package = "model_invocation_job."
    for file in (ROOT / "lambda/model_invocation_job" / ring).rglob("*.py"):
        names = imported(file.read_text("utf-8"))
        rings = {name.removeprefix(package).partition(".")[0] for name in names if name.startswith(package)}

        assert rings <= RINGS[ring] | {ring}, file
        assert ring == "io" or not {"boto3", "botocore"} & {name.partition(".")[0] for name in names}, file


@pytest.mark.parametrize(
    "acts", ["random", "time", "os", "threading", "http", "print(", "open(", "read_text(", "read_bytes("]
)
@pytest.mark.parametrize("room", ["batch/bedrock_batch", "lambda/model_invocation_job/core"])
def test_what_decides_neither_waits_nor_reads_nor_writes(room: str, acts: str) -> None:
    for file in (ROOT / room).rglob("*.py"):
        source = file.read_text("utf-8")

        assert acts not in {name.partition(".")[0] for name in imported(source)}, file
        assert not acts.endswith("(") or acts not in source or (acts, file) == ("open(", ROOT / READS), file


def test_one_file_of_the_handler_knows_how_bedrock_shows_a_job() -> None:
    files = (ROOT / "lambda/model_invocation_job").rglob("*.py")

    assert [file.name for file in files if re.search(r"submitTime|endTime", file.read_text("utf-8"))] == [
        "shown_job.py"
    ]


def test_only_one_file_of_the_handler_makes_clients() -> None:
    files = (ROOT / "lambda/model_invocation_job").rglob("*.py")

    assert [file.name for file in files if "boto3" in imported(file.read_text("utf-8"))] == ["clients.py"]


def test_the_app_uses_the_public_names_of_the_library_alone() -> None:
    names = {name for name in imported((ROOT / "app.py").read_text("utf-8")) if name.startswith("cdk_bedrock_batch")}

    assert names == {"cdk_bedrock_batch"}


@pytest.mark.parametrize("source_root", ["batch", "constructs", "lambda", "local"])
def test_a_source_root_is_no_package(source_root: str) -> None:
    assert not (ROOT / source_root / "__init__.py").exists()
    assert not (ROOT / "tests" / source_root / "__init__.py").exists()


def test_no_file_of_pins_names_where_packages_come_from() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))

    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    for file in ("requirements.txt", "requirements-dev.txt", "package-lock.json", ".npmrc", "pyproject.toml"):
        assert not re.search(r"https?://", (ROOT / file).read_text("utf-8")), file


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt", "requirements-mutants.txt"])
def test_every_requirement_is_pinned_with_hashes(file: str) -> None:
    lines = (ROOT / file).read_text("utf-8").replace("\\\n", " ").splitlines()
    requirements = [line for line in lines if line.strip() and not line.startswith("#")]

    assert requirements
    assert all(re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:", line) for line in requirements)


def test_the_release_of_the_build_back_end_is_the_one_that_is_installed() -> None:
    pin = re.search(r'requires = \["hatchling==([^"]+)"\]', (ROOT / "pyproject.toml").read_text("utf-8"))

    assert pin
    assert f"hatchling=={pin[1]} " in (ROOT / "requirements-dev.txt").read_text("utf-8")
