"""The jobs that a file declares, as the file has them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bedrock_batch.options import JOB_FILE, closest, did_you_mean
from bedrock_batch.texts import shown
from cdk_bedrock_batch.files.table_reader import read_members
from cdk_bedrock_batch.files.yaml_reader import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from cdk_bedrock_batch.files.faults import Faults
    from cdk_bedrock_batch.files.place import Place
    from cdk_bedrock_batch.files.table_reader import Given
    from cdk_bedrock_batch.files.yaml_reader import Node


@dataclass(frozen=True, slots=True)
class Declared:
    """A job as its file has it, without what others say of it."""

    name: str
    """Empty if it is wrong."""
    folder: str
    """`support/`; empty for the top folder."""
    given: Mapping[str, Given]
    """What of it is good."""
    place: Place
    is_whole: bool
    """Whether all of it is good."""

    @property
    def path(self) -> str:
        """Folder and name: `support/ticket-triage`."""
        return self.folder + self.name


def read_declared(path: Path, folder: str, faults: Faults) -> Iterator[Declared]:
    """The jobs of a file. What is wrong is noted."""
    node = load_yaml(path, faults)
    if node is None:
        return
    for number, each in _jobs_of(node, faults):
        before = len(faults)
        keys = () if number is None else ("jobs", str(number))
        given = read_members(JOB_FILE.members, each, faults, *keys)
        name = given["name"].plain if "name" in given else ""
        yield Declared(name, folder, given, each.place, len(faults) == before)


def refuse_same_names(declared: Iterable[Declared], faults: Faults) -> Iterator[Declared]:
    """Note each name that another job has already.

    :return: the jobs. One whose name is another's is not whole, so that it is never declared.
    """
    seen: dict[str, Declared] = {}
    for job in declared:
        # Logical ids have no hyphens, so names that differ only in hyphens would collide in the template.
        first = seen.setdefault(job.name.replace("-", ""), job)
        if first is job or not job.name:
            yield job
        else:
            same = "" if first.name == job.name else ", but for hyphens,"
            reason = f"{job.name!r} is{same} already the name of the job in {first.given['name'].place}"
            faults.add(job.given["name"].place, "name", reason)
            yield replace(job, is_whole=False)


def _jobs_of(node: Node, faults: Faults) -> list[tuple[int | None, Node]]:
    """The mappings of the jobs in a file, each with its number if the file has a list of them."""
    several = JOB_FILE.alternative
    if not isinstance(node.value, dict) or several is None:
        return [(None, node)]
    if several.name not in node.value:
        known = [each.name for each in JOB_FILE.members.options]
        meant = next((key for key in node.value if closest(key, [*known, several.name]) == several.name), None)
        if meant is None:
            return [(None, node)]
        faults.add(node.value[meant].key_place, f"{shown(meant)}: unknown key{did_you_mean(meant, [several.name])}")
        return []
    for key, value in node.value.items():
        if key != several.name:
            faults.add(value.key_place, f"{shown(key)}: unknown key, a file with {several.name} has no other")
    jobs = node.value[several.name]
    if not isinstance(jobs.value, list) or not jobs.value:
        got = "an empty list" if isinstance(jobs.value, list) else jobs.kind
        faults.add(jobs.place, several.name, f"must be {several.kind.allowed}, got {got}")
        return []
    return list(enumerate(jobs.value, 1))
