"""A job as Bedrock shows it, and what it is called here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bedrock_batch.cli.aws import Aws, not_of_aws, one_line, refusals
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.manifest import folder_of
from bedrock_batch.outcome.records import is_count
from bedrock_batch.run.identity import JOB_ARN
from bedrock_batch.statuses import ENDED


@dataclass(frozen=True)
class FoundJob:
    """The response of GetModelInvocationJob."""

    shown: dict[str, Any]
    logical_id: str | None = None
    """Of the resource, if the job was found in a stack."""

    @property
    def label(self) -> str:
        """What it is called in texts."""
        return self.logical_id or str(self.shown.get("jobName") or self.arn)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return str(self.shown["jobArn"])

    @property
    def region(self) -> str:
        """Its Region."""
        return self.arn.split(":")[3]

    @property
    def name(self) -> str:
        """`jobName`; may be empty."""
        return str(self.shown.get("jobName") or "")

    @property
    def status(self) -> str:
        """The service's word."""
        return str(self.shown.get("status") or "")

    @property
    def has_ended(self) -> bool:
        """Whether nothing of the job runs any more."""
        return self.status in ENDED

    @property
    def message(self) -> str:
        """What Bedrock says of its end; may be empty."""
        return one_line(str(self.shown.get("message") or ""))

    @property
    def input(self) -> dict[str, Any]:
        """`s3InputDataConfig`."""
        return dict(self.shown["inputDataConfig"]["s3InputDataConfig"])

    @property
    def output(self) -> dict[str, Any]:
        """`s3OutputDataConfig`. The job has a folder of its own in its `s3Uri`."""
        return dict(self.shown["outputDataConfig"]["s3OutputDataConfig"])

    @property
    def output_folder(self) -> str:
        """URI of the folder of the job."""
        return folder_of(self.output["s3Uri"], self.arn.rpartition("/")[2]).uri

    @property
    def model_id(self) -> str:
        """Id or ARN of the model."""
        return str(self.shown.get("modelId") or "")

    @property
    def is_converse(self) -> bool:
        """Whether its records are Converse requests."""
        return self.shown.get("modelInvocationType") == "Converse"

    def count(self, member: str) -> int | None:
        """A count of records, such as `totalRecordCount`; None if Bedrock does not show it."""
        found = self.shown.get(member)
        return found if is_count(found) else None

    def moment(self, member: str) -> datetime | None:
        """A time, such as `submitTime`."""
        found = self.shown.get(member)
        return found if isinstance(found, datetime) else None


def read(aws: Aws, arn: str, logical_id: str | None = None) -> FoundJob:
    """GetModelInvocationJob, in the job's own Region.

    :raises Failure: there is no such job, AWS refuses, or the response does not say where the job reads and writes.
    """
    bedrock = aws.client("bedrock", region=arn.split(":")[3])
    with refusals(f"read the job {arn}"):
        shown = bedrock.get_model_invocation_job(jobIdentifier=arn)
    if not JOB_ARN.fullmatch(str(shown.get("jobArn"))):
        raise not_of_aws(f"read the job {arn}")
    job = FoundJob({name: value for name, value in shown.items() if name != "ResponseMetadata"}, logical_id)
    for side, place in (("input", "s3InputDataConfig"), ("output", "s3OutputDataConfig")):
        if not ((shown.get(f"{side}DataConfig") or {}).get(place) or {}).get("s3Uri"):
            raise Failure(f"cannot read the job {arn}: the response has no {side}DataConfig", Exit.AWS)
    return job
