"""The request that starts the job of a run."""

from typing import Any

from bedrock_batch.run.declaration import INVOKE_MODEL, JobSpec


def create_request(spec: JobSpec, job_name: str, token: str) -> dict[str, Any]:
    """The arguments of CreateModelInvocationJob."""
    request: dict[str, Any] = {
        "jobName": job_name,
        "clientRequestToken": token,
        "roleArn": spec.role_arn,
        "modelId": spec.model_id,
        "inputDataConfig": {"s3InputDataConfig": dict(spec.input)},
        "outputDataConfig": {"s3OutputDataConfig": dict(spec.output)},
    }
    if spec.invocation_type != INVOKE_MODEL:
        # InvokeModel is the API's default. Without the member, an SDK that is too old for it can still start the job.
        request["modelInvocationType"] = spec.invocation_type
    if spec.timeout_hours is not None:
        request["timeoutDurationInHours"] = spec.timeout_hours
    if spec.vpc is not None:
        request["vpcConfig"] = dict(spec.vpc)
    if spec.tags:
        request["tags"] = [{"key": key, "value": value} for key, value in spec.tags.items()]
    return request
