"""What must be in S3 before a job starts: copies of its records, the run file, and the columns beside it."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.run_file import columns_place_of, content_of, place_of
from bedrock_batch.s3_object import S3Object
from model_invocation_job.core.errors import AwsError, PreparationError, RefusedError
from model_invocation_job.core.limits import IAM_PATIENCE_SECONDS
from model_invocation_job.io.log import log
from model_invocation_job.io.retries import patiently
from model_invocation_job.operations.session import Session

_T = TypeVar("_T")


def prepare(session: Session, spec: JobSpec, job_name: str) -> None:
    """Copy the records to their place, and write the run file and what is beside it.

    :raises RefusedError: this failed, so nothing may start.
    """
    if spec.input_files:
        _copy_input(session, spec)
    write_run_file(session, spec, job_name)


def write_run_file(session: Session, spec: JobSpec, job_name: str, input_uri: str = "") -> None:
    """Write the run file, after the columns that it names.

    `input_uri` is the input of a job that was started before (default: the declared input).

    :raises PreparationError: one of them could not be written.
    """
    if spec.input_columns is not None:
        _copy_columns(session, spec, spec.input_columns, job_name)
    place, content = place_of(spec, job_name), content_of(spec, session.resource, job_name, input_uri)
    owner, key_id = spec.output.get("s3BucketOwner"), spec.output.get("s3EncryptionKeyId")
    _try(session, lambda: session.objects.write(place, content, owner, key_id), f"{place.uri} could not be written")


def _copy_input(session: Session, spec: JobSpec) -> None:
    """Copy every file, even if the copy exists: retention counts from the start of the job."""
    folder, owner = S3Object.parse(spec.input["s3Uri"]).folder, spec.input.get("s3BucketOwner")
    targets = {folder.below(file.name): file.source for file in spec.input_files}
    for target, source in targets.items():
        copy = partial(session.objects.copy, source, _own_account(session), target, owner, spec.input_key)
        _try(session, copy, f"the records could not be copied from {source.uri} to {target.uri}")
    looked = _try(session, lambda: session.objects.in_folder(folder, owner), f"{folder.uri} could not be listed")
    missing = sorted(target.uri for target in targets if target.key not in looked)
    if missing:
        raise RefusedError(f"{missing[0]} is gone right after it was copied, so nothing was started. Deploy again")
    log("prompts copied", folder=folder.uri, files=len(targets))


def _copy_columns(session: Session, spec: JobSpec, source: S3Object, job_name: str) -> None:
    target = columns_place_of(spec, job_name)
    owner, key_id = spec.output.get("s3BucketOwner"), spec.output.get("s3EncryptionKeyId")
    _try(
        session,
        lambda: session.objects.copy(source, _own_account(session), target, owner, key_id),
        f"the columns could not be copied from {source.uri} to {target.uri}",
    )


def _own_account(session: Session) -> str:
    return session.event.stack_id.split(":")[4]


def _try(session: Session, call: Callable[[], _T], what: str) -> _T:
    try:
        return patiently(call, deadline=session.time_to_start, iam_seconds=IAM_PATIENCE_SECONDS)
    except AwsError as error:
        raise PreparationError(what, error) from error
