"""Finds jobs: by ARN, by stack, or by stack and job."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final

from bedrock_batch.cli.aws import Aws, refusals
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.run.identity import JOB_ARN
from bedrock_batch.run.physical_id import PhysicalId

_TYPE: Final = "Custom::BedrockModelInvocationJob"
_ARN: Final = re.compile(JOB_ARN.pattern)


@dataclass(frozen=True)
class FoundJob:
    """A job as Bedrock shows it, and what it is called here."""

    label: str
    shown: dict[str, Any]

    @property
    def arn(self) -> str:
        """Its ARN."""
        return str(self.shown["jobArn"])

    @property
    def region(self) -> str:
        """Its Region."""
        return self.arn.split(":")[3]

    @property
    def status(self) -> str:
        """The service's word."""
        return str(self.shown.get("status") or "")

    @property
    def message(self) -> str:
        """What Bedrock says of its end; may be empty."""
        return " ".join(str(self.shown.get("message") or "").split())

    @property
    def input_uri(self) -> str:
        """`s3Uri` of the input."""
        return str(self.shown["inputDataConfig"]["s3InputDataConfig"]["s3Uri"])

    @property
    def output_uri(self) -> str:
        """`s3Uri` of the output, in which the job has a folder of its own."""
        return str(self.shown["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])

    @property
    def is_converse(self) -> bool:
        """Whether its records are Converse requests."""
        return self.shown.get("modelInvocationType") == "Converse"

    def count(self, member: str) -> int | None:
        """A count of records, such as `totalRecordCount`; None if Bedrock does not show it."""
        found = self.shown.get(member)
        return found if isinstance(found, int) else None

    def moment(self, member: str) -> datetime | None:
        """A time, such as `submitTime`."""
        found = self.shown.get(member)
        return found if isinstance(found, datetime) else None


def find(aws: Aws, name: str, job: str | None = None) -> list[FoundJob]:
    """The jobs that a command names.

    :param name: ARN of a job, or the name or ARN of a stack.
    :param job: in a stack, the construct id or logical id of one job. Default: all jobs of the stack.
    :raises Failure: there is no such job, or AWS refuses.
    """
    if _ARN.fullmatch(name):
        return [get(aws, name, name.rpartition("/")[2])]
    declared = dict(_of_stack(aws, name))
    if not declared:
        raise Failure(f"the stack {name} has no batch inference job of this library", Exit.NOT_FOUND)
    if job is not None:
        chosen = {label: found for label, found in declared.items() if _is(job, label)}
        if not chosen:
            close = get_close_matches(job, declared, 1, 0.4)
            hint = f"did you mean {close[0]}" if close else f"it has {', '.join(sorted(declared))}"
            raise Failure(f"the stack {name} has no job {job}; {hint}", Exit.NOT_FOUND)
        declared = chosen
    jobs = []
    for label, physical_id in declared.items():
        arn = PhysicalId.parse(physical_id).job_arn
        if not arn:
            raise Failure(f"{label} of the stack {name} has not started a job", Exit.NOT_FOUND)
        jobs.append(get(aws, arn, label))
    return jobs


def get(aws: Aws, arn: str, label: str) -> FoundJob:
    """GetModelInvocationJob, in the job's own Region."""
    with refusals(f"read the job {arn}"):
        shown = aws.client("bedrock", region=arn.split(":")[3]).get_model_invocation_job(jobIdentifier=arn)
    return FoundJob(label, {name: value for name, value in shown.items() if name != "ResponseMetadata"})


def _of_stack(aws: Aws, name: str) -> Iterator[tuple[str, str]]:
    with refusals(f"read the stack {name}"):
        pages = aws.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
        for page in pages:
            for resource in page["StackResourceSummaries"]:
                if resource["ResourceType"] == _TYPE:
                    yield resource["LogicalResourceId"], resource.get("PhysicalResourceId") or ""


def _is(job: str, logical_id: str) -> bool:
    """Whether a logical id is a job's, or CDK made it from the job's construct id."""
    made = "".join(character for character in job if character.isalnum())
    return job == logical_id or re.fullmatch(rf"{re.escape(made)}(Resource)?[0-9A-F]{{8}}", logical_id) is not None
