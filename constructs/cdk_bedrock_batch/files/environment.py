"""An environment: what `environments.yaml` says of one, and what holds for a job in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bedrock_batch.options import ENVIRONMENTS_FILE, did_you_mean
from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks import options
from cdk_bedrock_batch.files.place import Place
from cdk_bedrock_batch.files.table_reader import Given, merged, read_members
from cdk_bedrock_batch.files.yaml_reader import load_yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from cdk_bedrock_batch.files.faults import Faults

_MEMBERS_OF_PRICE: Final = 2
# What an environment says of itself, not of its jobs.
_OF_ITSELF: Final = frozenset({"account", "region", "stack_suffix", "run_id", "models", "prices", "overrides"})


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment by its name, or none: a folder without `environments.yaml`."""

    name: str | None
    given: Mapping[str, Given]
    place: Place
    run_id: str | None = None
    """That of the deployment, for all jobs."""
    is_chosen: bool = True
    """False if it is not known which one it is: then only mistakes are looked for."""

    def own(self, name: str) -> Any:
        """What the environment says of itself."""
        return self.given[name].plain if name in self.given else None

    @property
    def stack_suffix(self) -> str:
        """What the names of its stacks have after the first hyphen; empty without an environment."""
        return self.own("stack_suffix") or self.name or ""

    @property
    def needs_run_id(self) -> bool:
        """Whether each deployment names a `run_id`."""
        return "run_id" in self.given

    def price(self, model: str) -> Given | None:
        """The price of a model, if it is whole."""
        found: Given | None = self.given["prices"].value.get(model) if "prices" in self.given else None
        return found if found is not None and len(found.value) == _MEMBERS_OF_PRICE else None

    def settings(self, path: str) -> dict[str, Given]:
        """What it says of a job or a folder.

        :param path: of a job, `support/ticket-triage`, or of a folder, `support/`; empty for the top folder.
        """
        settings = {name: each for name, each in self.given.items() if name not in _OF_ITSELF}
        overrides = self.given["overrides"].value if "overrides" in self.given else {}
        layers = (overrides[each].value for each in _towards(path) if each in overrides)
        return merged(settings, *layers)


def _towards(path: str) -> Iterator[str]:
    """The folders that lead to a job or a folder, and the path itself: `a/`, `a/b/`, `a/b/job`."""
    parts = path.split("/")
    for end in range(1, len(parts)):
        yield "/".join(parts[:end]) + "/"
    if parts[-1]:
        yield path


def read_environments(path: Path, faults: Faults) -> dict[str, Environment]:
    """Read `environments.yaml`. What is wrong is noted."""
    node = load_yaml(path, faults)
    if node is None:
        return {}
    before = len(faults)
    read = read_members(ENVIRONMENTS_FILE.members, node, faults)
    given: Mapping[str, Given] = read["environments"].value if "environments" in read else {}
    if "environments" in read and not given and len(faults) == before:
        faults.add(read["environments"].place, "environments", "must name at least one environment")
    found = {name: Environment(name, each.value, each.key_place) for name, each in given.items()}
    suffixes: dict[str, str] = {}
    for name, each in found.items():
        # On some systems the file names of two templates that differ in capitals only are the same.
        first = suffixes.setdefault(each.stack_suffix.casefold(), name)
        if first != name:
            place = each.given["stack_suffix"].place if "stack_suffix" in each.given else each.place
            faults.add(
                place,
                f"environments: {name!r}: stack_suffix {each.stack_suffix!r} is already that of {first}; two "
                "environments must not share stacks",
            )
    return found


def choose(
    known: Mapping[str, Environment],
    path: Path,
    *,
    is_there: bool,
    name: str | None,
    run_id: str | None,
    faults: Faults,
) -> Environment:
    """The environment of a deployment. What is wrong is noted.

    :param is_there: whether there is an `environments.yaml`.
    """
    place = Place(path)
    none = Environment(None, {}, place, is_chosen=False)
    if not is_there:
        if name is not None:
            faults.add(place, f"no such file, which must name the environment {shown(name)}")
        elif run_id is not None:
            faults.add(place, "no such file; a run_id must be for an environment with run_id: required")
        return Environment(None, {}, place)
    names = ", ".join(known)
    if name is None:
        if known:
            faults.add(place, f"an environment must be chosen, with -c env=<name>; there are {names}")
        return none
    if name not in known:
        if known:
            reason = f"the environment must be one of {names}, got {shown(name)}{did_you_mean(name, known)}"
            faults.add(place, reason)
        return none
    chosen = known[name]
    return Environment(chosen.name, chosen.given, chosen.place, _checked(chosen, run_id, faults))


def _checked(chosen: Environment, run_id: str | None, faults: Faults) -> str | None:
    """The run id, if it is a good one for this environment."""
    about = f"environments: {chosen.name!r}"
    if chosen.needs_run_id and run_id is None:
        reason = "required: a deployment must name its run, with -c run_id=<run id>"
        faults.add(chosen.given["run_id"].place, about, "run_id", reason)
    if run_id is None:
        return None
    if not chosen.needs_run_id:
        faults.add(
            chosen.place,
            f"{about}: -c run_id={shown(run_id)} is for an environment with run_id: required; without it the next "
            "deployment would go back to the run ids of the files, stop these jobs and pay again",
        )
    try:
        return options.check_run_id(run_id)
    except ValueError as error:
        faults.add(chosen.place, about, "-c run_id", str(error).removeprefix("run_id "))
        return None


def check_paths(
    known: Mapping[str, Environment],
    folders: Collection[str],
    jobs: Collection[str],
    faults: Faults,
    *,
    has_all: bool,
) -> None:
    """Note each override of what is not there, and what an override of a job cannot say.

    :param folders: `support/`; the top folder is not one.
    :param jobs: `support/ticket-triage`.
    :param has_all: whether these are all. A job whose name is wrong may be the one that is meant.
    """
    for name, environment in known.items():
        if "overrides" not in environment.given:
            continue
        for path, override in environment.given["overrides"].value.items():
            keys = ("environments", shown(name), "overrides")
            is_folder = path.endswith("/")
            if path not in folders and path not in jobs:
                if not has_all:
                    continue
                what = "folder with jobs" if is_folder else "job"
                meant = did_you_mean(path, [*folders, *jobs])
                faults.add(override.key_place, *keys, f"no such {what}: {shown(path)}{meant}")
            elif not is_folder and "storage" in override.value:
                reason = "storage is for a folder, since the jobs of a folder share it"
                faults.add(override.value["storage"].key_place, *keys, shown(path), reason)
