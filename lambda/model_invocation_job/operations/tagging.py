"""Tags of a job that is there already: changed in place, never a reason for a new job."""

from collections.abc import Mapping

from model_invocation_job.core.errors import AwsError
from model_invocation_job.io.log import log
from model_invocation_job.operations.session import Session


def change_tags(session: Session, job_arn: str, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Bring a job's tags from the old declaration to the new one.

    An ended job, or one that the service no longer knows, may refuse tags; that is not an error.

    Raises:
        AwsError: a job that still runs could not be tagged.
    """
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
