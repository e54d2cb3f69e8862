"""The files of a job in S3, line by line."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from bedrock_batch.cli.aws import Aws, refusals
from bedrock_batch.cli.jobs import FoundJob
from bedrock_batch.limits import INPUT_SUFFIX
from bedrock_batch.manifest import folder_of
from bedrock_batch.results import Files
from bedrock_batch.s3_object import S3Object


class JobFiles:
    """The input and the output of a job. S3 is asked as the job's own bucket owners say."""

    def __init__(self, aws: Aws, job: FoundJob) -> None:
        """Read nothing yet."""
        self._s3 = aws.client("s3", region=job.region)
        self._input = S3Object.parse(job.input_uri)
        self._output = folder_of(job.output_uri, job.arn.rpartition("/")[2])
        self._input_owner = job.shown["inputDataConfig"]["s3InputDataConfig"].get("s3BucketOwner")
        self._output_owner = job.shown["outputDataConfig"]["s3OutputDataConfig"].get("s3BucketOwner")

    def inputs(self) -> Files:
        """The input files, by their paths below the input location."""
        place = self._input
        if place.key.endswith(INPUT_SUFFIX):
            name = place.key.rpartition("/")[2]
            found = [name] if any(True for _ in self._keys(place, self._input_owner)) else []
            return {name: partial(self._lines, place, self._input_owner) for name in found}
        folder = place if not place.key or place.key.endswith("/") else S3Object(place.bucket, f"{place.key}/")
        return {
            name: partial(self._lines, folder.below(name), self._input_owner)
            for name in self._keys(folder, self._input_owner)
            if name.endswith(INPUT_SUFFIX)
        }

    def outputs(self) -> Files:
        """The objects in the folder of the job, by their paths below it."""
        return {
            name: partial(self._lines, self._output.below(name), self._output_owner)
            for name in self._keys(self._output, self._output_owner)
        }

    def _keys(self, place: S3Object, owner: str | None) -> Iterator[str]:
        with refusals(f"list {place.uri}"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=place.bucket, Prefix=place.key, **_expected(owner)
            )
            for page in pages:
                for each in page.get("Contents", ()):
                    name = each["Key"].removeprefix(place.key)
                    if name or not place.key.endswith("/"):
                        yield name

    def _lines(self, place: S3Object, owner: str | None) -> Iterable[bytes]:
        with refusals(f"read {place.uri}"):
            body = self._s3.get_object(Bucket=place.bucket, Key=place.key, **_expected(owner))["Body"]
            yield from body.iter_lines(1 << 20, keepends=True)


def _expected(owner: str | None) -> dict[str, Any]:
    return {"ExpectedBucketOwner": owner} if owner else {}
