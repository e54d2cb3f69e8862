"""Changes the tags of an existing job in place, and writes the run file and the columns. It never starts a job."""

from collections.abc import Mapping

from bedrock_batch.run.declaration import JobSpec
from model_invocation_job.core.errors import AwsError
from model_invocation_job.io.log import log
from model_invocation_job.operations.before_start import write_run_file
from model_invocation_job.operations.session import Session


def redeclare_tags(session: Session, job_arn: str, old: Mapping[str, str], spec: JobSpec) -> None:
    """Change a job's tags from an old declaration to this one, and update the run file and the columns.

    A job that has ended or is unknown may refuse tags. That is not an error.

    :raises AwsError: a job that still runs could not be tagged.
    :raises PreparationError: one of the files could not be written.
    """
    _change(session, job_arn, old, spec.tags)
    job = session.jobs.get(job_arn)
    if job is not None and job.name:
        write_run_file(session, spec, job.name, job.input_uri)


def _change(session: Session, job_arn: str, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    to_set = {key: value for key, value in new.items() if old.get(key) != value}
    to_remove = sorted(old.keys() - new.keys())
    try:
        if to_set:
            session.jobs.tag(job_arn, to_set)
        if to_remove:
            session.jobs.untag(job_arn, to_remove)
    except AwsError as error:
        job = session.jobs.get(job_arn)
        if job is not None and not job.has_ended:
            raise
        log("ended job keeps its tags", job_arn=job_arn, error=error.code)
