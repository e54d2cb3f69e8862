"""Converts a job in the responses of Get and List. Nothing else knows their members."""

from collections.abc import Mapping
from typing import Any

from bedrock_batch.job import Job
from model_invocation_job.core.errors import UnreadableAnswerError


def job_of(operation: str, shown: Mapping[str, Any]) -> Job:
    """The job, from whichever members the response has.

    :raises UnreadableAnswerError: the response has no `jobArn`, which the service always shows.
    """
    if not shown.get("jobArn"):
        raise UnreadableAnswerError(operation)
    source = shown.get("inputDataConfig", {}).get("s3InputDataConfig", {})
    target = shown.get("outputDataConfig", {}).get("s3OutputDataConfig", {})
    return Job(
        arn=str(shown["jobArn"]),
        name=_text(shown, "jobName"),
        token=_text(shown, "clientRequestToken"),
        status=_text(shown, "status"),
        submitted_at=shown.get("submitTime"),
        ended_at=shown.get("endTime"),
        message=_text(shown, "message"),
        is_in_vpc=bool(shown.get("vpcConfig")),
        model_id=_text(shown, "modelId"),
        invocation_type=_text(shown, "modelInvocationType"),
        input_uri=_text(source, "s3Uri"),
        output_uri=_text(target, "s3Uri"),
        output_key=_text(target, "s3EncryptionKeyId"),
    )


def _text(shown: Mapping[str, Any], member: str) -> str:
    return str(shown.get(member) or "")
