"""The run file: `<output URI>run/<jobName>.json`, written before the job of a run starts.

Beside it are the columns of the table that the records were built from, if there is one: a line for each record,
`{"recordId": "...", "columns": {...}}`.
"""

import json

from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import ResourceIdentity
from bedrock_batch.s3_object import S3Object

_SCHEMA_VERSION = 1
_FOLDER = "run/"


def place_in(output_uri: str, job_name: str) -> S3Object:
    """The place of the run file of a job, in its output location."""
    return S3Object.parse(output_uri).below(f"{_FOLDER}{job_name}.json")


def columns_place_in(output_uri: str, job_name: str) -> S3Object:
    """The place of the columns. It does not end with `.json`, as run files do."""
    return S3Object.parse(output_uri).below(f"{_FOLDER}{job_name}.columns.jsonl")


def place_of(spec: JobSpec, job_name: str) -> S3Object:
    """The place of the run file. Readers of the output find it by the job's name."""
    return place_in(spec.output["s3Uri"], job_name)


def columns_place_of(spec: JobSpec, job_name: str) -> S3Object:
    """The place of the columns of a declared run."""
    return columns_place_in(spec.output["s3Uri"], job_name)


def content_of(spec: JobSpec, resource: ResourceIdentity, job_name: str, input_uri: str = "") -> bytes:
    """The content of the run file. The same declaration has the same bytes. It contains no records.

    `input_uri` is the input of a job that was started before, whose file may have had another name. Default: the
    declared input.
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
    if spec.input_columns is not None:
        content["columnsS3Uri"] = columns_place_of(spec, job_name).uri
    if spec.outcome is not None:
        content["outcome"] = spec.outcome.members()
    return json.dumps(content, indent=2, sort_keys=True).encode() + b"\n"
