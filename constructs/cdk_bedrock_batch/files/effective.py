"""A job with all that holds for it: the defaults of its folder, its file, and the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks import options
from cdk_bedrock_batch.files.apart import refuse_other_accounts
from cdk_bedrock_batch.files.job_file import JobFile
from cdk_bedrock_batch.files.job_input import read_input
from cdk_bedrock_batch.files.model_check import check_model
from cdk_bedrock_batch.files.table_reader import Given, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from cdk_bedrock_batch.files.declared import Declared
    from cdk_bedrock_batch.files.environment import Environment
    from cdk_bedrock_batch.files.faults import Faults
    from cdk_bedrock_batch.files.place import Place

# Without a good value their defaults would hold, which other options may not allow.
_LEADING: Final = ("model", "gate", "timeout_hours", "service_role")


def effective(
    job: Declared, defaults: Iterable[Mapping[str, Given]], environment: Environment, top: Path, faults: Faults
) -> JobFile | None:
    """The job in an environment; None if it has a mistake, which is noted.

    :param defaults: from the top folder to that of the job.
    :param top: the folder of all jobs.
    """
    before = len(faults)
    given = merged(*defaults, job.given, environment.settings(job.path))
    if environment.run_id is not None:
        given["run_id"] = Given(environment.run_id, environment.place, environment.place)
    if "model" in given and (price := environment.price(given["model"].plain)) is not None:
        given["price"] = price
    _check(job, given, environment, faults)
    refuse_other_accounts({name: each for name, each in given.items() if name != "storage"}, environment, faults)
    source = read_input(given["input"], job.place.path.parent, top, faults, "input") if "input" in given else None
    is_clear = not any(name not in given and faults.tells_of(name) for name in _LEADING)
    if len(faults) > before or not job.is_whole or source is None or "model" not in given or not is_clear:
        return None
    return JobFile(
        path=job.place.path,
        line=job.place.line,
        folder=job.folder,
        name=job.name,
        model=given["model"].plain,
        environment=environment.name,
        _given=given,
        _input=source,
        _told=_told(job, given, environment, top),
    )


def _check(job: Declared, given: Mapping[str, Given], environment: Environment, faults: Faults) -> None:
    if "model" in given:
        check_model(given, environment, faults)
    elif job.is_whole and environment.is_chosen and not faults.tells_of("model"):
        # In one text, so that the next job without one is told, too.
        faults.add(job.place, "model: missing, in the file and in each defaults.yaml")
    for key, reason in options.tag_faults(given["tags"].plain if "tags" in given else {}):
        tags = given["tags"]
        faults.add(tags.place if key is None else tags.value[key].key_place, "tags", reason)
    _check_pairs(given, faults)


def _check_pairs(given: Mapping[str, Given], faults: Faults) -> None:
    """Note what an option does not allow beside it."""
    gate, role = given.get("gate"), given.get("service_role")
    is_waiting = gate is not None and gate.plain == "VALIDATED"
    if "gate_timeout_seconds" in given and not is_waiting and not faults.tells_of("gate"):
        faults.add(given["gate_timeout_seconds"].key_place, "gate_timeout_seconds", "needs gate: VALIDATED")
    if role is not None and role.plain != "shared":
        for name in given.keys() & {"role_path", "permissions_boundary"}:
            reason = f"only for a role that is made here, service_role is {shown(role.plain)}"
            faults.add(given[name].key_place, name, reason)


def _told(job: Declared, given: Mapping[str, Given], environment: Environment, top: Path) -> dict[str, object]:
    """What the metadata of the assembly says of a job."""

    def at(place: Place) -> str:
        # From the parent of the folder of all jobs: the same on every machine.
        return (top.absolute().name / place.path.relative_to(top)).as_posix()

    told = {"file": at(job.place), "line": job.place.line, "folder": job.folder, "name": job.name}
    if environment.name is not None:
        told["environment"] = environment.name
    places = {name: f"{at(each.key_place)}:{each.key_place.line}" for name, each in sorted(given.items())}
    return {**told, "options": places}
