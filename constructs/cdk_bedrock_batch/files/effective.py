"""A job with all that holds for it: the defaults of its folder, its file, and the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedrock_batch.options import did_you_mean
from cdk_bedrock_batch._checks import options
from cdk_bedrock_batch.files.job_file import JobFile, batch_model
from cdk_bedrock_batch.files.job_input import read_input
from cdk_bedrock_batch.files.table_reader import Given, blamed, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from cdk_bedrock_batch.files.declared import Declared
    from cdk_bedrock_batch.files.environment import Environment
    from cdk_bedrock_batch.files.faults import Faults
    from cdk_bedrock_batch.files.place import Place


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
    source = read_input(given["input"], job.place.path.parent, top, faults, "input") if "input" in given else None
    if len(faults) > before or not job.is_whole or source is None:
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
        _check_model(given, faults)
        _check_allowed(environment, given["model"], faults)
    elif job.is_whole and environment.is_chosen:
        faults.add(job.place, "model: missing, in the file and in each defaults.yaml")
    for key, reason in options.tag_faults(given["tags"].plain if "tags" in given else {}):
        tags = given["tags"]
        faults.add(tags.place if key is None else tags.value[key].key_place, "tags", reason)
    if "gate_timeout_seconds" in given and ("gate" not in given or given["gate"].plain != "VALIDATED"):
        faults.add(given["gate_timeout_seconds"].key_place, "gate_timeout_seconds: needs gate: VALIDATED")


def _check_model(given: Mapping[str, Given], faults: Faults) -> None:
    try:
        batch_model(given)
    except ValueError as error:
        name = blamed(given, str(error)) or "model"
        faults.add(given[name].place, name, str(error).removeprefix(f"{name} "))


def _check_allowed(environment: Environment, model: Given, faults: Faults) -> None:
    allowed = environment.own("models")
    if allowed is not None and model.plain not in allowed:
        reason = f"the environment {environment.name} does not allow {model.plain!r}, allowed are {', '.join(allowed)}"
        faults.add(model.place, "model", f"{reason}{did_you_mean(model.plain, allowed)}")


def _told(job: Declared, given: Mapping[str, Given], environment: Environment, top: Path) -> dict[str, object]:
    """What the metadata of the assembly says of a job."""

    def shown(place: Place) -> str:
        # From the parent of the folder of all jobs: the same on every machine.
        return (top.absolute().name / place.path.relative_to(top)).as_posix()

    told = {"file": shown(job.place), "line": job.place.line, "folder": job.folder, "name": job.name}
    if environment.name is not None:
        told["environment"] = environment.name
    places = {name: f"{shown(each.key_place)}:{each.key_place.line}" for name, each in sorted(given.items())}
    return {**told, "options": places}
