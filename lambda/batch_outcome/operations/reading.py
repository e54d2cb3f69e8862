"""What is read of a job's output location. A refusal of S3 counts as unreadable, an error that passes does not."""

from collections.abc import Mapping
from typing import Any

from batch_outcome.core.document import members_of
from batch_outcome.core.errors import AwsError
from batch_outcome.core.marker import ALL_STEPS, Step, marker_place, pending_in
from batch_outcome.operations.session import Session
from bedrock_batch.job import Job
from bedrock_batch.manifest import MANIFEST_NAME, folder_of
from bedrock_batch.run.run_file import place_in
from bedrock_batch.s3_object import S3Object

Members = Mapping[str, Any]


def pending(session: Session, job: Job, *, is_certain: bool) -> frozenset[Step]:
    """The steps that are still to be done, by the job's marker.

    :param is_certain: raise the error if the marker cannot be read. Otherwise it counts as missing.
    :raises AwsError: S3 did not say.
    """
    try:
        content = session.objects.read(job, marker_place(job))
    except AwsError as error:
        if is_certain or error.passes:
            raise
        return ALL_STEPS
    return pending_in(None if content is None else members_of(content))


def run_file(session: Session, job: Job) -> Members | None:
    """The members of the run file. `None` if it is missing or cannot be read.

    :raises AwsError: S3 did not say.
    """
    return _members(session, job, place_in(job.output_uri, job.name))


def manifest(session: Session, job: Job) -> Members | None:
    """The members of the manifest. `None` if it is missing or cannot be read.

    :raises AwsError: S3 did not say.
    """
    return _members(session, job, folder_of(job.output_uri, job.id).below(MANIFEST_NAME))


def _members(session: Session, job: Job, place: S3Object) -> Members | None:
    try:
        content = session.objects.read(job, place)
    except AwsError as error:
        if error.passes:
            raise
        return None
    return None if content is None else members_of(content)
