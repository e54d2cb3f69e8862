"""S3 locations of a job: what an input URI stands for, and where results go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bedrock_batch_local.engine.job import Job

INPUT_SUFFIX = ".jsonl"


@dataclass(frozen=True)
class InputLocation:
    """A single ``.jsonl`` file, or a folder of which every ``.jsonl`` file counts, nested ones included."""

    bucket: str
    prefix: str
    owner: str

    @classmethod
    def of(cls, job: Job) -> InputLocation:
        bucket, key = _split(job.input["s3Uri"])
        is_folder = bool(key) and not key.endswith(("/", INPUT_SUFFIX))
        return cls(bucket, f"{key}/" if is_folder else key, _owner(job, job.input))

    def holds(self, key: str) -> bool:
        """Whether an object that the listing found is an input file."""
        return key.endswith(INPUT_SUFFIX) and (self.prefix in ("", key) or self.prefix.endswith("/"))

    def relative(self, key: str) -> str:
        """The file's name below the location."""
        return key.rsplit("/", 1)[-1] if key == self.prefix else key.removeprefix(self.prefix)


@dataclass(frozen=True)
class OutputLocation:
    """The folder of one job below the output location: ``<s3Uri>/<job id>/``."""

    bucket: str
    prefix: str
    owner: str

    @classmethod
    def of(cls, job: Job) -> OutputLocation:
        bucket, key = _split(job.output["s3Uri"])
        folder = key if key.endswith("/") or not key else f"{key}/"
        return cls(bucket, f"{folder}{job.job_id}/", _owner(job, job.output))

    @property
    def manifest_key(self) -> str:
        return f"{self.prefix}manifest.json.out"

    def result_key(self, relative_name: str) -> str:
        return f"{self.prefix}{relative_name}.out"


def _owner(job: Job, config: Mapping[str, Any]) -> str:
    return str(config.get("s3BucketOwner") or job.scope.account)


def _split(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key
