"""Reads a job in the responses of Get and List."""

from collections.abc import Mapping
from typing import Any

from bedrock_batch.job import Job
from model_invocation_job.core.errors import UnreadableAnswerError


def job_of(operation: str, shown: Mapping[str, Any]) -> Job:
    """The job.

    :raises UnreadableAnswerError: the response has no `jobArn`, which the service always shows.
    """
    job = Job.of(shown)
    if not job.arn:
        raise UnreadableAnswerError(operation)
    return job
