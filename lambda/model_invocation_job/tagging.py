"""Tags of a job that is there already: changed in place, never a reason for a new job."""

from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.bedrock import Jobs
from model_invocation_job.decisions import tag_changes
from model_invocation_job.log import log
from model_invocation_job.retries import UnreadableAnswerError, short_text
from model_invocation_job.statuses import ENDED


def change_tags(jobs: Jobs, job_arn: str, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Bring a job's tags from the old declaration to the new one.

    An ended job, or one that the service no longer knows, may refuse tags; that is not an error.

    Raises:
        ClientError, BotoCoreError: a job that still runs could not be tagged.
    """
    to_set, to_remove = tag_changes(old, new)
    try:
        if to_set:
            jobs.tag(job_arn, to_set)
        if to_remove:
            jobs.untag(job_arn, to_remove)
    except (ClientError, BotoCoreError, UnreadableAnswerError) as error:
        job = jobs.get(job_arn)
        if job is not None and job.get("status") not in ENDED:
            raise
        log("ended job keeps its tags", job_arn=job_arn, error=short_text(error))
