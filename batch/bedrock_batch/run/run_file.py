"""What is written down of a run before its job is started: `<output URI>run/<jobName>.json`."""

import json

from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import ResourceIdentity
from bedrock_batch.s3_object import S3Object

_SCHEMA_VERSION = 1
_FOLDER = "run/"


def place_of(spec: JobSpec, job_name: str) -> S3Object:
    """Where it lies: whoever may read the answers finds it by the job's name."""
    return S3Object.parse(spec.output["s3Uri"]).below(f"{_FOLDER}{job_name}.json")


def content_of(spec: JobSpec, resource: ResourceIdentity, job_name: str, input_uri: str = "") -> bytes:
    """The same declaration gives the same bytes. It holds no prompts.

    `input_uri` is what a job reads that was started before (default: what is declared): its file may have another name
    by now.
    """
    content = {
        "schemaVersion": _SCHEMA_VERSION,
        "jobName": job_name,
        "stackId": resource.stack_id,
        "logicalResourceId": resource.logical_id,
        "runId": spec.run_id,
        "modelId": spec.model_id,
        "modelInvocationType": spec.invocation_type,
        "inputS3Uri": input_uri or spec.input["s3Uri"],
        "inputSha256": spec.input_digest or spec.input_revision,
        "inputRecords": spec.input_records,
        "inputUploads": [file.source.uri for file in spec.input_files],
        "outputS3Uri": spec.output["s3Uri"],
        "tags": dict(spec.tags),
    }
    return json.dumps(content, indent=2, sort_keys=True).encode() + b"\n"
