"""Job files: one YAML mapping a file, which declares one batch inference job."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cdk_bedrock_batch import _limits, _model_name, _options
from cdk_bedrock_batch._yaml import load_yaml
from cdk_bedrock_batch.invocation_type import InvocationType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
_REQUIRED: Final = ("name", "model", "input")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """What one job file declares."""

    path: Path
    """The file itself."""
    name: str
    """Construct id and job name prefix: 1 to 40 letters, digits and hyphens, a letter first."""
    model: str
    """A text that `BatchModel.of` takes."""
    input: Path
    """The file of records; in YAML relative to the job file."""
    invocation_type: InvocationType = InvocationType.INVOKE_MODEL
    timeout_hours: int | None = None
    """24 to 168; default: the service's own."""
    tags: Mapping[str, str] = field(default_factory=dict)
    run_id: str = "1"


def read_job_files(folder: str | Path) -> list[JobFile]:
    """Read and check every `*.yaml` file in a folder, sorted by file name.

    :raises ValueError: naming file, key and reason of the first fault; also if the folder has no job file, which a
        mistyped path would otherwise turn into the end of every running job, or if two files declare jobs of one name.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"{folder}: no such folder")
    misnamed = sorted(folder.glob("*.yml"))
    if misnamed:
        raise ValueError(f"{misnamed[0]}: the name of a job file must end with .yaml")
    jobs = [read_job_file(path) for path in sorted(folder.glob("*.yaml"))]
    if not jobs:
        raise ValueError(f"{folder}: no job files (*.yaml)")
    seen: dict[str, JobFile] = {}
    for job in jobs:
        # Logical ids have no hyphens, so names that differ by hyphens only would meet in the template.
        first = seen.setdefault(job.name.replace("-", ""), job)
        if first is not job:
            raise ValueError(f"{job.path}: name: {job.name!r} is, but for hyphens, already the name in {first.path}")
    return jobs


def read_job_file(path: Path) -> JobFile:
    """Read and check one job file.

    :raises ValueError: naming file, key and reason of the first fault.
    """
    content = _load(path)
    unknown = sorted(str(key) for key in content if key not in _READERS)
    if unknown:
        raise ValueError(f"{path}: {unknown[0]}: unknown key, allowed are {', '.join(_READERS)}")
    for key in _REQUIRED:
        if key not in content:
            raise ValueError(f"{path}: {key}: missing")
    values: dict[str, Any] = {}
    for key, value in content.items():
        try:
            values[key] = _READERS[key](value)
        except ValueError as error:
            raise ValueError(f"{path}: {key}: {error}") from error
    values["input"] = path.parent / values["input"]
    if not values["input"].is_file():
        raise ValueError(f"{path}: input: no such file: {values['input']}")
    return JobFile(path=path, **values)


def _load(path: Path) -> dict[str, Any]:
    content = load_yaml(path)
    if not isinstance(content, dict):
        required = ", ".join(_REQUIRED)
        raise ValueError(f"{path}: a job file must be a mapping with the keys {required}")  # noqa: TRY004 - a bad value
    return content


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"must be a text that is not empty, got {value!r}")
    return value


def _name(value: Any) -> str:
    name = _text(value)
    if not _NAME.fullmatch(name) or len(name) > _limits.JOB_NAME_PREFIX_LENGTH:
        raise ValueError(
            f"must be 1 to {_limits.JOB_NAME_PREFIX_LENGTH} letters, digits and hyphens and start with a letter, "
            f"got {name!r}"
        )
    return name


def _model(value: Any) -> str:
    name = _model_name.parse(_text(value))
    if name.kind is _model_name.ModelKind.APPLICATION_INFERENCE_PROFILE:
        raise ValueError(
            "an application inference profile does not name its models; declare the job in Python instead, "
            f"got {name.text}"
        )
    return name.text


def _invocation_type(value: Any) -> InvocationType:
    try:
        return InvocationType(value)
    except ValueError:
        raise ValueError(f"must be one of {', '.join(InvocationType)}, got {value!r}") from None


def _timeout_hours(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"must be a whole number of hours, got {value!r}")  # noqa: TRY004 - a bad value in a file
    low, high = _limits.TIMEOUT_HOURS
    if not low <= value <= high:
        raise ValueError(f"must be between {low} and {high} hours, got {value}")
    return value


def _tags(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError(f"must be a mapping of texts to texts, got {value!r}")  # noqa: TRY004 - a bad value in a file
    _options.tag_list(value)
    return value


def _run_id(value: Any) -> str:
    # A counter is what people write here; YAML reads it as a number.
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _text(value)


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "name": _name,
    "model": _model,
    "input": _text,
    "invocation_type": _invocation_type,
    "timeout_hours": _timeout_hours,
    "tags": _tags,
    "run_id": _run_id,
}
