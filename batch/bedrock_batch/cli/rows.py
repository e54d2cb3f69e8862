"""The rows of a job that has ended, from its files in S3."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from bedrock_batch.cli.answers import Answers
from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.files import JobFiles, UnreadableInputError
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.families import family_of
from bedrock_batch.manifest import is_output
from bedrock_batch.outcome.records import of_records
from bedrock_batch.results import Files, Results, collect
from bedrock_batch.statuses import JobStatus


@contextmanager
def rows_of(aws: Aws, job: FoundJob) -> Iterator[Results]:
    """One row for each record. What can be read is read; notes say what cannot.

    :raises Failure: the job has not ended, its output cannot be read, or this machine has no room for the rows.
    """
    if not job.has_ended:
        raise Failure(f"{job.label} has not ended: its status is {job.status}", Exit.NOT_ENDED)
    try:
        with _read(JobFiles(aws, job), job) as results:
            yield results
    except sqlite3.Error as error:
        raise Failure(f"cannot keep the rows in a temporary file: {error}", Exit.FILE) from None


def _read(files: JobFiles, job: FoundJob) -> Results:
    reading = _Reading(files, job)
    try:
        return reading.results(files.inputs())
    except UnreadableInputError as error:
        reading.notes = [str(error)]
        return reading.results({})


class _Reading:
    def __init__(self, files: JobFiles, job: FoundJob) -> None:
        self._files = files
        self.notes: list[str] = []
        self._job = job

    def results(self, inputs: Files) -> Results:
        outputs = self._files.outputs()
        if self._job.status == JobStatus.COMPLETED and not any(map(is_output, outputs)):
            gone = f"there is no output in {self._job.output_folder}; it may have been deleted"
            if not inputs:
                raise Failure(f"{gone}, like the input", Exit.NOT_FOUND)
            self.notes.append(gone)
        found = collect(
            self._job.status,
            inputs,
            outputs,
            family_of(self._job.model_id, converse=self._job.is_converse),
            columns=self._columns,
            is_valid=Answers().are_valid,
        )
        found.notes += (*self._files.notes, *self.notes)
        total = self._job.count("totalRecordCount")
        if inputs and total and found.records != total:
            found.notes += (
                f"the input has {of_records(found.records)}, and Bedrock counted {total:,}: "
                "its files may not be those that the job read",
            )
        return found

    def _columns(self) -> Iterator[bytes]:
        """The lines of the columns, as far as they can be read. They are no reason to give no rows."""
        try:
            if (self._files.run_file() or {}).get("columnsS3Uri"):
                yield from self._files.columns()
        except Failure as failure:
            self.notes.append(f"columns are missing: {failure}")
