"""The files of a job in S3, line by line."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any, Final

from bedrock_batch.cli.aws import Aws, RefusedError, not_of_aws, refusals
from bedrock_batch.cli.failure import Exit
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.cli.inputs import find_inputs, named_as_output
from bedrock_batch.manifest import MANIFEST_NAME
from bedrock_batch.results import Files
from bedrock_batch.run.run_file import columns_place_in, place_in
from bedrock_batch.s3_object import S3Object

_CHUNK: Final = 1 << 20
# No run file and no manifest is longer.
_LONGEST: Final = 1 << 20
_HTML: Final = (b"<!doctype html", b"<html")
_LONGEST_START: Final = 100
# Other refusals, such as that of an expired token, say nothing about the input.
_UNREADABLE: Final = frozenset({"AccessDenied", "NoSuchBucket", "NoSuchKey"})


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
        self.notes: list[str] = []
        """What a reader should know of the input."""

    def inputs(self) -> Files:
        """The input files, by their paths below the input location.

        :raises UnreadableInputError: they cannot be listed. Reading their lines raises it too.
        """
        location, outputs = S3Object.parse(self._job.output["s3Uri"]).below(""), self._output_names
        with _readable():
            found = find_inputs(self._input, location, outputs, lambda place: self._keys(place, self._of_input))
        self.notes += found.notes
        return {name: partial(self._input_lines, place) for name, place in found.places.items()}

    def outputs(self) -> Files:
        """The objects in the folder of the job, by their paths below it."""
        return {
            named_as_output(name): partial(self._lines, self._output.below(name), self._of_output)
            for name in self._output_names
        }

    @cached_property
    def _output_names(self) -> list[str]:
        # The folder itself may be an object.
        keys = self._keys(self._output, self._of_output)
        return [name for key in keys if (name := key.removeprefix(self._output.key))]

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

    def _keys(self, place: S3Object, expected: dict[str, str]) -> Iterator[str]:
        with refusals(f"list {place.uri}"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=place.bucket, Prefix=place.key, **expected
            )
            for page in pages:
                if "IsTruncated" not in page:
                    raise not_of_aws(f"list {place.uri}")
                yield from (each["Key"] for each in page.get("Contents", ()))

    def _input_lines(self, place: S3Object) -> Iterator[bytes]:
        with _readable():
            yield from self._lines(place, self._of_input)

    def _lines(self, place: S3Object, expected: dict[str, str]) -> Iterator[bytes]:
        with refusals(f"read {place.uri}"):
            body = self._s3.get_object(Bucket=place.bucket, Key=place.key, **expected)["Body"]
            # Its own lines also end at CR, which is white space in JSON.
            lines = io.BufferedReader(body, _CHUNK)
            if lines.peek(_LONGEST_START)[:_LONGEST_START].lstrip().lower().startswith(_HTML):
                raise not_of_aws(f"read {place.uri}", "the page of HTML")
            yield from lines


@contextmanager
def _readable() -> Iterator[None]:
    """Tell an input that is gone, or that the caller has no right to, from other refusals."""
    try:
        yield
    except RefusedError as error:
        if error.said not in _UNREADABLE:
            raise
        raise UnreadableInputError(str(error), error.code, said=error.said) from None


def _expected(owner: str | None) -> dict[str, str]:
    return {"ExpectedBucketOwner": owner} if owner else {}
