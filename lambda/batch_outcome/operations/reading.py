"""What is read of a job's output location.

A marker or manifest that S3 refuses counts as unreadable. The run file decides whether anything is told, so it must be
read, or be known to be gone.
"""

from collections.abc import Mapping
from typing import Any

from batch_outcome.core.document import members_of
from batch_outcome.core.errors import AwsError, ClosedPlaceError, UnreadableError
from batch_outcome.core.marker import ALL_STEPS, Step, marker_place, pending_in
from batch_outcome.io.log import log
from batch_outcome.operations.session import Session
from bedrock_batch.job import Job
from bedrock_batch.manifest import MANIFEST_NAME, folder_of
from bedrock_batch.run.run_file import place_in

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
    """The members of the run file. `None` if it is gone, or in a place where no job asks for an outcome.

    :raises AwsError: S3 did not say, or refuses a run file that is there.
    :raises UnreadableError: it is there, and is no JSON object of a megabyte at most.
    """
    try:
        content = session.objects.read(job, place_in(job.output_uri, job.name))
    except ClosedPlaceError:
        log("no right to read the run file", job_arn=job.arn)
        return None
    if content is None:
        log("the run file is gone", job_arn=job.arn)
        return None
    if (members := members_of(content)) is None:
        raise UnreadableError(f"the run file of {job.arn} cannot be read")
    return members


def manifest(session: Session, job: Job) -> Members | None:
    """The members of the manifest. `None` if it is missing or cannot be read.

    :raises AwsError: S3 did not say.
    """
    try:
        content = session.objects.read(job, folder_of(job.output_uri, job.id).below(MANIFEST_NAME))
    except AwsError as error:
        if error.passes:
            raise
        return None
    return None if content is None else members_of(content)
