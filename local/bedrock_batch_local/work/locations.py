"""S3 locations of a job: the files of an input URI, and the place of the output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bedrock_batch.limits import INPUT_SUFFIX
from bedrock_batch.manifest import MANIFEST_NAME, folder_of, output_name
from bedrock_batch.s3_object import S3Object
from bedrock_batch_local.engine.job import Job


@dataclass(frozen=True)
class InputLocation:
    """A single ``.jsonl`` file, or a folder with all its ``.jsonl`` files, nested ones included."""

    bucket: str
    prefix: str
    owner: str

    @classmethod
    def of(cls, job: Job) -> InputLocation:
        place = S3Object.parse(job.input["s3Uri"])
        is_folder = bool(place.key) and not place.key.endswith(("/", INPUT_SUFFIX))
        return cls(place.bucket, f"{place.key}/" if is_folder else place.key, _owner(job, job.input))

    def holds(self, key: str) -> bool:
        """Whether a listed object is an input file."""
        return key.endswith(INPUT_SUFFIX) and (self.prefix in ("", key) or self.prefix.endswith("/"))

    def relative(self, key: str) -> str:
        """The file's name in the location."""
        return key.rsplit("/", 1)[-1] if key == self.prefix else key.removeprefix(self.prefix)


@dataclass(frozen=True)
class OutputLocation:
    """The folder of one job in the output location: ``<s3Uri>/<job id>/``."""

    bucket: str
    prefix: str
    owner: str

    @classmethod
    def of(cls, job: Job) -> OutputLocation:
        folder = folder_of(job.output["s3Uri"], job.job_id)
        return cls(folder.bucket, folder.key, _owner(job, job.output))

    @property
    def manifest_key(self) -> str:
        return f"{self.prefix}{MANIFEST_NAME}"

    def result_key(self, relative_name: str) -> str:
        return f"{self.prefix}{output_name(relative_name)}"


def _owner(job: Job, config: Mapping[str, Any]) -> str:
    return str(config.get("s3BucketOwner") or job.scope.account)
