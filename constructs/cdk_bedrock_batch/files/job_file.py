"""Job files: each is one YAML mapping that declares one batch inference job."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bedrock_batch import limits
from bedrock_batch.texts import shown, shown_path
from cdk_bedrock_batch._checks import checked, model_name, options
from cdk_bedrock_batch.files import values
from cdk_bedrock_batch.files.folder import job_file_paths
from cdk_bedrock_batch.files.job_input import read_input
from cdk_bedrock_batch.files.yaml_reader import load_yaml
from cdk_bedrock_batch.options import InvocationType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cdk_bedrock_batch.files.yaml_reader import Value
    from cdk_bedrock_batch.input import JobInput

_NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
_REQUIRED: Final = ("name", "model", "input")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """The job that one file declares.

    Example::

        for job in read_job_files("jobs"):
            print(job.path, job.name, job.model)
    """

    path: Path
    """The job file."""
    name: str
    """Construct id and job name prefix: 1 to 22 letters, digits and hyphens, a letter first."""
    model: str
    """A text for `BatchModel.from_model_id`."""
    input: JobInput
    """In YAML the path of a file of records, relative to the job file, or a mapping with one of the keys `file`,
    `folder`, `texts`, `table` and `openai_batch`."""
    invocation_type: InvocationType = InvocationType.INVOKE_MODEL
    timeout_hours: int | None = None
    """24 to 168. Default: the service's own."""
    tags: Mapping[str, str] = field(default_factory=dict)
    run_id: str = "1"
    restrict_to_profile: bool = True
    """As in `BatchModel.from_model_id`. In YAML: true or false."""


@checked
def read_job_files(folder: str | Path) -> list[JobFile]:
    """Read and check every `*.yaml` file in a folder, sorted by file name.

    The content of job files is not trusted: anyone may propose one. A value reaches templates, names and logs only as
    plain text, and no file outside the folder is read.

    :raises ValueError: the error names file, key and reason of the first fault. Also raised if the folder has no job
        file (a mistyped path would otherwise stop every running job), if a file in or below it looks like a job file
        but would not be read as one, or if two files declare jobs with the same name.
    """
    folder = Path(folder)
    jobs = [read_job_file(path, folder) for path in job_file_paths(folder)]
    if not jobs:
        raise ValueError(f"{shown_path(folder)}: no job files (*.yaml)")
    seen: dict[str, JobFile] = {}
    for job in jobs:
        # Logical ids have no hyphens, so names that differ only in hyphens would collide in the template.
        first = seen.setdefault(job.name.replace("-", ""), job)
        if first is not job:
            same = "" if first.name == job.name else ", but for hyphens,"
            raise ValueError(f"{job.path}: name: {job.name!r} is{same} already the name of the job in {first.path}")
    return jobs


def read_job_file(path: Path, folder: Path) -> JobFile:
    """Read and check one job file.

    :param folder: the job file and its file of records must be in or below it.
    :raises ValueError: the error names file, key and reason of the first fault.
    """
    content = load_yaml(path)
    if not isinstance(content, dict):
        required = ", ".join(_REQUIRED)
        raise ValueError(f"{path}: a job file must be a mapping with the keys {required}")  # noqa: TRY004 - a bad value
    unknown = sorted(key for key in content if key not in _KEYS)
    if unknown:
        raise ValueError(f"{path}: {shown(unknown[0])}: unknown key, allowed are {', '.join(_KEYS)}")
    for key in _REQUIRED:
        if key not in content:
            raise ValueError(f"{path}: {key}: missing")
    readers: dict[str, Callable[[Value], Any]] = {
        **_READERS,
        "input": partial(read_input, near=path.parent, folder=folder),
    }
    read: dict[str, Any] = {}
    for key, value in content.items():
        try:
            read[key] = readers[key](value)
        except ValueError as error:
            raise ValueError(f"{path}: {key}: {str(error).removeprefix(f'{key} ')}") from error
    try:
        model_name.check_restriction(
            model_name.parse(read["model"]), restrict_to_profile=read.get("restrict_to_profile", True)
        )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return JobFile(path=path, **read)


def _name(value: Value) -> str:
    name = values.text(value)
    if not _NAME.fullmatch(name) or len(name) > limits.JOB_NAME_PREFIX_LENGTH:
        raise ValueError(
            f"must be 1 to {limits.JOB_NAME_PREFIX_LENGTH} letters, digits and hyphens and start with a letter, "
            f"got {shown(name)}"
        )
    return name


def _model(value: Value) -> str:
    name = model_name.parse(values.text(value))
    if name.kind is model_name.ModelKind.APPLICATION_INFERENCE_PROFILE:
        raise ValueError(
            "an application inference profile does not name its models; declare the job in Python instead, "
            f"got {shown(name.text)}"
        )
    return name.text


def _invocation_type(value: Value) -> InvocationType:
    return InvocationType(values.word(value, [each.value for each in InvocationType]))


def _timeout_hours(value: Value) -> int:
    hours = values.whole_number(value, "hours")
    low, high = limits.TIMEOUT_HOURS
    if not low <= hours <= high:
        raise ValueError(f"must be between {low} and {high} hours, got {shown(hours)}")
    return hours


def _tags(value: Value) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError(f"must be a mapping of texts to texts, got {shown(value)}")  # noqa: TRY004 - a bad value
    tags = {}
    for key, text in value.items():
        try:
            tags[values.text(key)] = values.text(text) if text else _empty(text)
        except ValueError as error:
            raise ValueError(f"{shown(key)}: {error}") from None
    options.check_tags(tags)
    return tags


def _empty(value: Value) -> str:
    if value != "":
        raise ValueError(f"must be a text, got {shown(value)}")
    return ""


def _run_id(value: Value) -> str:
    return options.check_run_id(values.text(value))


_READERS: Final[Mapping[str, Callable[[Value], Any]]] = {
    "name": _name,
    "model": _model,
    "invocation_type": _invocation_type,
    "timeout_hours": _timeout_hours,
    "tags": _tags,
    "run_id": _run_id,
    "restrict_to_profile": values.flag,
}
# In the order of the keys in error texts.
_KEYS: Final = ("name", "model", "input", *(key for key in _READERS if key not in _REQUIRED))
