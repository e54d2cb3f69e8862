"""Whether a job that was found is the declared job."""

from bedrock_batch.job import Job
from bedrock_batch.run.declaration import JobSpec


def differences(spec: JobSpec, job: Job) -> list[str]:
    """The members that define a run and differ between a declaration and a job.

    Members that the service does not show are not compared. The service shows a model id as an ARN. The address of an
    uploaded file is not compared: the job's token stands for its content.
    """
    pairs = {
        "modelId": (_last_part(job.model_id), _last_part(spec.model_id)),
        "modelInvocationType": (job.invocation_type, spec.invocation_type),
        "inputDataConfig.s3Uri": ("" if spec.input_digest else job.input_uri, spec.input["s3Uri"]),
        "outputDataConfig.s3Uri": (job.output_uri, spec.output["s3Uri"]),
        "outputDataConfig.s3EncryptionKeyId": (job.output_key, spec.output.get("s3EncryptionKeyId")),
    }
    # A folder with a final slash and without it is the same folder.
    return [
        member for member, (found, wanted) in pairs.items() if found and found.rstrip("/") != str(wanted).rstrip("/")
    ]


def _last_part(model_id: str) -> str:
    return model_id.rpartition("/")[2]
