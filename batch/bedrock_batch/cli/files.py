"""The files of a job in S3, line by line."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from bedrock_batch.cli.aws import Aws, RefusedError, refusals
from bedrock_batch.cli.failure import Exit
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.limits import INPUT_SUFFIX
from bedrock_batch.manifest import MANIFEST_NAME
from bedrock_batch.results import Files
from bedrock_batch.run.run_file import columns_place_in, place_in
from bedrock_batch.s3_object import S3Object

_CHUNK: Final = 1 << 20
# No run file and no manifest is longer.
_LONGEST: Final = 1 << 20


class UnreadableInputError(RefusedError):
    """The input of a job is gone, or the caller has no right to it."""


class JobFiles:
    """The input and the output of a job. S3 checks the owners of the buckets that the job names."""

    def __init__(self, aws: Aws, job: FoundJob) -> None:
        """Read nothing yet."""
        self._s3 = aws.client("s3", region=job.region)
        self._job = job
        self._input = S3Object.parse(job.input["s3Uri"])
        self._output = S3Object.parse(job.output_folder)
        self._of_input = _expected(job.input.get("s3BucketOwner"))
        self._of_output = _expected(job.output.get("s3BucketOwner"))

    def inputs(self) -> Files:
        """The input files, by their paths below the input location.

        :raises UnreadableInputError: they cannot be listed. Reading their lines raises it too.
        """
        place = self._input
        if place.key.endswith(INPUT_SUFFIX):
            return {place.key.rpartition("/")[2]: partial(self._input_lines, place)}
        folder = place if not place.key or place.key.endswith("/") else S3Object(place.bucket, f"{place.key}/")
        try:
            names = [name for name in self._names(folder, self._of_input) if name.endswith(INPUT_SUFFIX)]
        except RefusedError as error:
            raise UnreadableInputError(str(error), error.code) from None
        return {name: partial(self._input_lines, folder.below(name)) for name in names}

    def outputs(self) -> Files:
        """The objects in the folder of the job, by their paths below it."""
        return {
            name: partial(self._lines, self._output.below(name), self._of_output)
            for name in self._names(self._output, self._of_output)
        }

    def manifest(self) -> Mapping[str, Any] | None:
        """The counts of records and tokens; None if the job wrote none."""
        return self._object(self._output.below(MANIFEST_NAME))

    def run_file(self) -> Mapping[str, Any] | None:
        """What is written down of the declared run; None for a job of others."""
        name = self._job.name
        found = self._object(place_in(self._job.output["s3Uri"], name)) if name else None
        return found if found and found.get("jobName") == name else None

    def columns(self) -> Iterable[bytes]:
        """The lines of the file of columns."""
        return self._lines(columns_place_in(self._job.output["s3Uri"], self._job.name), self._of_output)

    def _object(self, place: S3Object) -> Mapping[str, Any] | None:
        """A small JSON object of the output; None if it is not there or is none."""
        try:
            with refusals(f"read {place.uri}"):
                body = self._s3.get_object(Bucket=place.bucket, Key=place.key, **self._of_output)["Body"].read(_LONGEST)
            found = json.loads(body)
        except RefusedError as error:
            if error.code == Exit.NOT_FOUND:
                return None
            raise
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def _names(self, folder: S3Object, expected: dict[str, str]) -> Iterator[str]:
        with refusals(f"list {folder.uri}"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=folder.bucket, Prefix=folder.key, **expected
            )
            for page in pages:
                for each in page.get("Contents", ()):
                    # The folder itself may be an object.
                    if name := each["Key"].removeprefix(folder.key):
                        yield name

    def _input_lines(self, place: S3Object) -> Iterator[bytes]:
        try:
            yield from self._lines(place, self._of_input)
        except RefusedError as error:
            raise UnreadableInputError(str(error), error.code) from None

    def _lines(self, place: S3Object, expected: dict[str, str]) -> Iterator[bytes]:
        with refusals(f"read {place.uri}"):
            body = self._s3.get_object(Bucket=place.bucket, Key=place.key, **expected)["Body"]
            # Its own lines also end at CR, which is white space in JSON.
            yield from io.BufferedReader(body, _CHUNK)


def _expected(owner: str | None) -> dict[str, str]:
    return {"ExpectedBucketOwner": owner} if owner else {}
