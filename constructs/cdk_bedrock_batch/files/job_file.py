"""Job files: each is one YAML mapping that declares one batch inference job."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bedrock_batch import limits
from bedrock_batch.texts import shown, shown_path
from cdk_bedrock_batch._checks import checked, model_name, options
from cdk_bedrock_batch.files.folder import file_below, job_file_paths
from cdk_bedrock_batch.files.yaml_reader import PlainText, load_yaml
from cdk_bedrock_batch.options import InvocationType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cdk_bedrock_batch.files.yaml_reader import Value

_NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
_REQUIRED: Final = ("name", "model", "input")
_WHOLE_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
# A path on common systems, and longer than any path in a repository.
_LONGEST_PATH: Final = 1024
# CloudFormation interprets the first two, CDK the next two, IAM the last two.
_INTERPRETED: Final = ("${", "{{", "#{", "Token[", "*", "?")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """The job that one file declares.

    Example::

        for job in read_job_files("jobs"):
            print(job.name, job.model, job.input)
    """

    path: Path
    """The job file."""
    name: str
    """Construct id and job name prefix: 1 to 22 letters, digits and hyphens, a letter first."""
    model: str
    """A text for `BatchModel.from_model_id`."""
    input: Path
    """The file of records. In YAML the path is relative to the job file."""
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
    unknown = sorted(key for key in content if key not in _READERS)
    if unknown:
        raise ValueError(f"{path}: {shown(unknown[0])}: unknown key, allowed are {', '.join(_READERS)}")
    for key in _REQUIRED:
        if key not in content:
            raise ValueError(f"{path}: {key}: missing")
    values: dict[str, Any] = {}
    for key, value in content.items():
        try:
            values[key] = _READERS[key](value)
        except ValueError as error:
            raise ValueError(f"{path}: {key}: {str(error).removeprefix(f'{key} ')}") from error
    try:
        values["input"] = file_below(folder, path.parent / values["input"])
    except ValueError as error:
        raise ValueError(f"{path}: input: {error}") from error
    try:
        model_name.check_restriction(
            model_name.parse(values["model"]), restrict_to_profile=values.get("restrict_to_profile", True)
        )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return JobFile(path=path, **values)


def _text(value: Value) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"must be a text that is not empty, got {shown(value)}")
    if not value.isprintable():
        raise ValueError(f"must not hold line breaks or control characters, got {shown(value)}")
    found = next((mark for mark in _INTERPRETED if mark in value), None)
    if found is not None:
        raise ValueError(f"must not hold {found!r}, which CloudFormation, CDK or IAM interprets, got {shown(value)}")
    return str(value)


def _name(value: Value) -> str:
    name = _text(value)
    if not _NAME.fullmatch(name) or len(name) > limits.JOB_NAME_PREFIX_LENGTH:
        raise ValueError(
            f"must be 1 to {limits.JOB_NAME_PREFIX_LENGTH} letters, digits and hyphens and start with a letter, "
            f"got {shown(name)}"
        )
    return name


def _model(value: Value) -> str:
    name = model_name.parse(_text(value))
    if name.kind is model_name.ModelKind.APPLICATION_INFERENCE_PROFILE:
        raise ValueError(
            "an application inference profile does not name its models; declare the job in Python instead, "
            f"got {shown(name.text)}"
        )
    return name.text


def _input(value: Value) -> str:
    path = _text(value)
    if len(path) > _LONGEST_PATH:
        raise ValueError(f"must be a path of at most {_LONGEST_PATH} characters, got {shown(path)}")
    return path


def _invocation_type(value: Value) -> InvocationType:
    try:
        return InvocationType(_text(value))
    except ValueError:
        raise ValueError(f"must be one of {', '.join(InvocationType)}, got {shown(value)}") from None


def _timeout_hours(value: Value) -> int:
    if not isinstance(value, PlainText) or not _WHOLE_NUMBER.fullmatch(value):
        raise ValueError(f"must be a whole number of hours, got {shown(value)}")
    low, high = limits.TIMEOUT_HOURS
    if not low <= int(value) <= high:
        raise ValueError(f"must be between {low} and {high} hours, got {shown(int(value))}")
    return int(value)


def _tags(value: Value) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError(f"must be a mapping of texts to texts, got {shown(value)}")  # noqa: TRY004 - a bad value
    tags = {}
    for key, text in value.items():
        try:
            tags[_text(key)] = _text(text) if text else _empty(text)
        except ValueError as error:
            raise ValueError(f"{shown(key)}: {error}") from None
    options.check_tags(tags)
    return tags


def _empty(value: Value) -> str:
    if value != "":
        raise ValueError(f"must be a text, got {shown(value)}")
    return ""


def _run_id(value: Value) -> str:
    return options.check_run_id(_text(value))


def _restrict_to_profile(value: Value) -> bool:
    known = {"true": True, "false": False}
    if not isinstance(value, PlainText) or value not in known:
        raise ValueError(f"must be true or false, got {shown(value)}")
    return known[value]


_READERS: Final[Mapping[str, Callable[[Value], Any]]] = {
    "name": _name,
    "model": _model,
    "input": _input,
    "invocation_type": _invocation_type,
    "timeout_hours": _timeout_hours,
    "tags": _tags,
    "run_id": _run_id,
    "restrict_to_profile": _restrict_to_profile,
}
