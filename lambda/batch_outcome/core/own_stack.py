"""The one stack whose jobs are told of, and which jobs that are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bedrock_batch.job import Job
from bedrock_batch.run.identity import ResourceIdentity
from bedrock_batch.run.names import KEY_LENGTH, LOGICAL_ID_LENGTH, part_of

_TOKEN = re.compile(r"[0-9a-f]{64}")
# AWS CloudFormation User Guide, "Resources": a logical id is alphanumeric.
_LOGICAL_ID = re.compile(r"[A-Za-z0-9]{1,255}")


@dataclass(frozen=True)
class OwnStack:
    """What the template says of the function's stack."""

    stack_id: str

    @classmethod
    def of_environment(cls, environment: Mapping[str, str]) -> "OwnStack":
        """Read it from the function's environment.

        :raises KeyError: a variable is missing, so the function can serve no stack.
        """
        return cls(environment["STACK_ID"])

    @property
    def name(self) -> str:
        """The name of the stack."""
        return self.stack_id.split("/")[1]

    @property
    def part(self) -> str:
        """The part of the names of all jobs of the stack."""
        return part_of(self.stack_id, "")

    def is_local(self, job_arn: str) -> bool:
        """Whether an ARN names a job in the stack's own partition, Region and account."""
        return ResourceIdentity(self.stack_id, "").is_local(job_arn)

    def may_own(self, job: Job) -> bool:
        """Whether a job's name and token have the form of those that this stack's resources give.

        The part of the stack may also be in the prefix of another stack's job, so the form of the whole name counts.
        """
        return self._name.fullmatch(job.name) is not None and (not job.token or _TOKEN.fullmatch(job.token) is not None)

    def owns(self, job: Job, run_file: Mapping[str, Any]) -> bool:
        """Whether a job was started for the resource of this stack that its run file names."""
        logical_id = run_file.get("logicalResourceId")
        if run_file.get("stackId") != self.stack_id or run_file.get("jobName") != job.name:
            return False
        if not isinstance(logical_id, str) or not _LOGICAL_ID.fullmatch(logical_id):
            return False
        return ResourceIdentity(self.stack_id, logical_id).made(job)

    @cached_property
    def _name(self) -> re.Pattern[str]:
        resource = f"{re.escape(self.part)}[A-Za-z0-9]{{1,{LOGICAL_ID_LENGTH}}}"
        return re.compile(rf".+-{resource}-[0-9a-f]{{{KEY_LENGTH}}}-[1-9][0-9]{{0,4}}")
