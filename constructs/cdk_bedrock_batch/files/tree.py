"""The folder of all jobs: what its files say, put together. Each folder in it that has jobs is a stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bedrock_batch.options import DEFAULTS_FILE
from cdk_bedrock_batch.files.apart import refuse_other_accounts, refuse_shared
from cdk_bedrock_batch.files.declared import Declared, read_declared, refuse_same_names
from cdk_bedrock_batch.files.effective import effective
from cdk_bedrock_batch.files.environment import Environment, check_paths, choose, read_environments
from cdk_bedrock_batch.files.folder import find_files
from cdk_bedrock_batch.files.place import Place
from cdk_bedrock_batch.files.table_reader import merged, read_members
from cdk_bedrock_batch.files.yaml_reader import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from cdk_bedrock_batch.files.faults import Faults
    from cdk_bedrock_batch.files.job_file import JobFile
    from cdk_bedrock_batch.files.table_reader import Given

_DEFAULTS: Final = "defaults.yaml"
_ENVIRONMENTS: Final = "environments.yaml"


@dataclass(frozen=True, slots=True)
class StackFolder:
    """A folder with jobs."""

    path: str
    """`support/`; empty for the top folder."""
    storage: Mapping[str, Given]
    jobs: list[JobFile]


class JobTree:
    """All that a folder of jobs says in an environment."""

    known: Mapping[str, Environment]
    """All environments by their names."""
    environment: Environment
    """The one of this deployment."""
    stacks: list[StackFolder]

    def __init__(self, top: Path, environment: str | None, run_id: str | None, faults: Faults) -> None:
        """Read the folder. Every mistake is noted.

        :param environment: the name of one in `environments.yaml`.
        :param run_id: of the deployment, for an environment that requires it.
        """
        self._top, self._faults = top, faults
        self._defaults: dict[str, Mapping[str, Given]] = {}
        self._declared: list[Declared] = []
        self._has_all = True
        self._is_misplaced = False
        file = top / _ENVIRONMENTS
        has_file = self._read(find_files(top, faults), file)
        if not self._declared and not len(faults):
            faults.add(Place(top), "no job files (*.yaml)")
        self._declared = list(refuse_same_names(self._declared, faults))
        self._folders = sorted({each.folder for each in self._declared})
        known = read_environments(file, faults) if has_file else {}
        above = {path for folder in self._folders for path in _towards(folder)}
        jobs = [each.path for each in self._declared if each.name]
        check_paths(known, sorted(above - {""}), jobs, faults, has_all=self._has_all)
        refuse_shared(self._used(known), faults)
        is_there = has_file or self._is_misplaced
        self.known = known
        self.environment = choose(known, file, is_there=is_there, name=environment, run_id=run_id, faults=faults)
        self.stacks = [self._stack(each) for each in self._folders]

    def _read(self, paths: list[Path], environments: Path) -> bool:
        for path in paths:
            folder = "".join(f"{part}/" for part in path.relative_to(self._top).parts[:-1])
            if path.name == _DEFAULTS:
                before, node = len(self._faults), load_yaml(path, self._faults)
                if node is not None:
                    self._defaults[folder] = read_members(DEFAULTS_FILE.members, node, self._faults)
                if len(self._faults) > before:
                    self._faults.leave_open("model")
            elif path.name != _ENVIRONMENTS:
                found = list(read_declared(path, folder, self._faults))
                self._has_all &= bool(found) and all(each.name for each in found)
                self._declared += found
            elif path != environments:
                self._is_misplaced = True
                self._faults.add(Place(path), f"{_ENVIRONMENTS} must lie in {self._top} itself: it is for all folders")
        return environments in paths

    def _layers(self, folder: str) -> list[Mapping[str, Given]]:
        """The defaults of a folder and of those above it, from the top."""
        return [self._defaults.get(each, {}) for each in _towards(folder)]

    def _storage(self, environment: Environment, folder: str) -> Mapping[str, Given]:
        given = merged(*self._layers(folder), environment.settings(folder))
        return given["storage"].value if "storage" in given else {}

    def _stack(self, folder: str) -> StackFolder:
        environment, storage = self.environment, self._storage(self.environment, folder)
        refuse_other_accounts(storage, environment, self._faults, "storage")
        declared = [each for each in self._declared if each.folder == folder]
        jobs = [effective(each, self._layers(folder), environment, self._top, self._faults) for each in declared]
        return StackFolder(folder, storage, [each for each in jobs if each is not None])

    def _used(self, known: Mapping[str, Environment]) -> Iterator[tuple[str, Mapping[str, Given]]]:
        """What the storage of each stack and each job use in each environment."""
        for name, environment in known.items():
            for folder in self._folders:
                yield name, self._storage(environment, folder)
            for job in self._declared:
                yield name, merged(*self._layers(job.folder), job.given, environment.settings(job.path))


def _towards(folder: str) -> Iterator[str]:
    """The folders from the top to this one: the empty text, `a/`, `a/b/`."""
    parts = folder.split("/")[:-1]
    for end in range(len(parts) + 1):
        yield "".join(f"{part}/" for part in parts[:end])
