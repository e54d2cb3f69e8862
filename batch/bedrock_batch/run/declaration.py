"""The declared job: the resource's properties, parsed strictly and normalised."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bedrock_batch.errors import InvalidPropertyError
from bedrock_batch.limits import (
    DECLARED_RECORDS,
    DEFAULT_GATE_SECONDS,
    FILE_NAME,
    GATE_SECONDS,
    JOB_NAME_PREFIX,
    SHA256,
    TIMEOUT_HOURS,
    UPLOAD_URI,
)
from bedrock_batch.outcome import OutcomeRule
from bedrock_batch.run.declared_rule import rule_of
from bedrock_batch.run.properties import Node
from bedrock_batch.s3_object import S3Object

RESOURCE_TYPE = "Custom::BedrockModelInvocationJob"
INVOKE_MODEL = "InvokeModel"
CONVERSE = "Converse"
SUBMITTED = "SUBMITTED"
VALIDATED = "VALIDATED"
STOP = "STOP"
LEAVE_RUNNING = "LEAVE_RUNNING"
HELD = "true"
NOT_HELD = "false"


@dataclass(frozen=True)
class InputFile:
    """An uploaded file of records: where it is, and the name of its copy."""

    source: S3Object
    name: str


@dataclass(frozen=True)
class JobSpec:
    """One declared job, in the words of CreateModelInvocationJob.

    * `input_digest`: the SHA-256 of records that were uploaded with the deployment, `None` for records in a bucket.
    * `input_revision`: the user's digest of records in a bucket, `None` if there is none.
    * `input_files`: copied to the input location before a start, encrypted with `input_key` (`None`: as the bucket
      does).
    * `input_records`: the number of records, `None` if it is not known.
    * `input_columns`: the uploaded columns of the table that the records were built from, `None` if there is none. They
      are copied beside the run file.
    * `timeout_hours`: `None` for the service's default.
    * `hold`: no job starts, whatever the run.
    * `outcome`: the rule by which the run is judged, `None` if nobody asks for an outcome.
    """

    name_prefix: str
    run_id: str
    input_digest: str | None
    input_revision: str | None
    input_files: tuple[InputFile, ...]
    input_key: str | None
    input_records: int | None
    input_columns: S3Object | None
    model_id: str
    invocation_type: str
    role_arn: str
    input: Mapping[str, str]
    output: Mapping[str, str]
    timeout_hours: int | None
    vpc: Mapping[str, list[str]] | None
    tags: Mapping[str, str]
    gate: str
    gate_seconds: int
    on_removal: str
    hold: bool
    outcome: OutcomeRule | None

    @classmethod
    def parse(cls, properties: Mapping[str, Any]) -> "JobSpec":
        """Read the resource's properties. CloudFormation cannot leave a value out, so an empty string counts as absent.

        :raises InvalidPropertyError: a property is missing, of another type or outside its range.
        """
        job = Node("", properties).node("Job")
        top = Node("", properties)
        return cls(
            name_prefix=top.text("JobNamePrefix", matching=JOB_NAME_PREFIX),
            run_id=top.text("RunId"),
            input_digest=top.optional_text("InputDigest", matching=SHA256),
            input_revision=top.optional_text("InputRevision", matching=SHA256),
            input_files=_input_files(top),
            input_key=top.optional_text("InputKey"),
            input_records=top.optional_integer("InputRecords", within=DECLARED_RECORDS),
            input_columns=_input_columns(top),
            model_id=job.text("modelId"),
            invocation_type=job.text("modelInvocationType", one_of=(INVOKE_MODEL, CONVERSE)),
            role_arn=job.text("roleArn"),
            input=job.node("inputDataConfig")
            .node("s3InputDataConfig")
            .texts("s3Uri", "s3InputFormat", "s3BucketOwner"),
            output=job.node("outputDataConfig")
            .node("s3OutputDataConfig")
            .texts("s3Uri", "s3EncryptionKeyId", "s3BucketOwner"),
            timeout_hours=job.optional_integer("timeoutDurationInHours", within=TIMEOUT_HOURS),
            vpc=_vpc(job),
            tags=_tags(job),
            gate=top.optional_text("Gate", one_of=(SUBMITTED, VALIDATED)) or SUBMITTED,
            gate_seconds=top.optional_integer("GateSeconds", within=GATE_SECONDS) or DEFAULT_GATE_SECONDS,
            on_removal=top.optional_text("OnRemoval", one_of=(STOP, LEAVE_RUNNING)) or STOP,
            hold=top.optional_text("Hold", one_of=(HELD, NOT_HELD)) == HELD,
            outcome=rule_of(top),
        )

    def defining(self) -> dict[str, str]:
        """The members that define a run: a change in any of them is a new paid job.

        The name and the address of an uploaded file are left out: the same records are the same work, whatever columns
        belong to them. The bucket and
        the key of its copy are included: the running job has rights on these. Absent members are left out, so that a
        later version can add members without changing the identity of a job that is declared today.
        """
        place = S3Object.parse(self.input["s3Uri"])
        members = {
            "model": self.model_id,
            "invocationType": self.invocation_type,
            "inputDigest": self.input_digest,
            "inputUri": None if self.input_digest else place.uri,
            "inputBucket": place.bucket if self.input_digest else None,
            "inputKey": self.input_key,
            "inputRevision": self.input_revision,
            "outputUri": self.output["s3Uri"],
            "outputKey": self.output.get("s3EncryptionKeyId"),
            "runId": self.run_id,
        }
        return {member: value for member, value in members.items() if value is not None}


def _vpc(job: Node) -> dict[str, list[str]] | None:
    vpc = job.optional_node("vpcConfig")
    return None if vpc is None else {member: vpc.text_list(member) for member in ("subnetIds", "securityGroupIds")}


def _input_files(top: Node) -> tuple[InputFile, ...]:
    files = top.nodes("InputFiles")
    return tuple(
        InputFile(S3Object.parse(file.text("Source", matching=UPLOAD_URI)), file.text("Name", matching=FILE_NAME))
        for file in files
    )


def _input_columns(top: Node) -> S3Object | None:
    uri = top.optional_text("InputColumns", matching=UPLOAD_URI)
    return None if uri is None else S3Object.parse(uri)


def _tags(job: Node) -> dict[str, str]:
    return {tag.text("key"): tag.optional_text("value") or "" for tag in job.nodes("tags")}


def leaves_running(properties: Mapping[str, Any]) -> bool:
    """Whether a Delete leaves the job alone. It can be read whatever the other properties are."""
    return properties.get("OnRemoval") == LEAVE_RUNNING


def is_held(properties: Mapping[str, Any]) -> bool:
    """Whether a declaration starts no job. It can be read whatever the other properties are."""
    return properties.get("Hold") == HELD


def role_of(properties: Mapping[str, Any]) -> str | None:
    """The role of a declaration. It can be read whatever the other properties are."""
    job = properties.get("Job")
    return job.get("roleArn") if isinstance(job, Mapping) else None


def tags_of(properties: Mapping[str, Any]) -> dict[str, str]:
    """The tags alone. They can be read in the properties of every earlier version; invalid tags count as none."""
    try:
        return _tags(Node("", properties).node("Job"))
    except InvalidPropertyError:
        return {}
