"""Ownership of jobs: tokens and names that come from the declaration, never from chance or time."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bedrock_batch.job import Job
from bedrock_batch.run.names import attempt_in, is_of_part, name_of, part_of, tail_of

_MARK_LENGTH = 16
JOB_ARN = re.compile(
    r"arn:(?P<partition>aws(?:-[^:]+)?):bedrock:(?P<region>[a-z0-9-]{1,20}):(?P<account>[0-9]{12})"
    r":model-invocation-job/(?P<job_id>[a-z0-9]{12})"
)


@dataclass(frozen=True)
class ResourceIdentity:
    """One custom resource of one stack. Each of its tokens begins with its mark."""

    stack_id: str
    logical_id: str

    @property
    def mark(self) -> str:
        """16 hexadecimal digits that only this resource of this stack has."""
        return _digest(self.stack_id, self.logical_id)[:_MARK_LENGTH]

    @property
    def part(self) -> str:
        """The part of all job names of this resource, which its template also knows."""
        return part_of(self.stack_id, self.logical_id)

    def made(self, job: Job) -> bool:
        """Whether a job was started for this resource.

        The service shows the token of each job. If it does not, the form of the job's name decides.
        """
        return job.token.startswith(self.mark) if job.token else is_of_part(job.name, self.part)

    def is_local(self, job_arn: str) -> bool:
        """Whether an ARN names a job in the stack's own partition, Region and account."""
        arn = JOB_ARN.fullmatch(job_arn)
        if arn is None:
            return False
        stack = self.stack_id.split(":")
        return [arn["partition"], arn["region"], arn["account"]] == [stack[1], stack[3], stack[4]]


@dataclass(frozen=True)
class RunIdentity:
    """One run of one resource. The same declaration always has the same identity."""

    resource: ResourceIdentity
    defining: Mapping[str, str]

    @property
    def tail(self) -> str:
        """The common part of the job names of this run: the resource's part and 8 hexadecimal digits."""
        return tail_of(self.resource.part, self._digest())

    def token(self, attempt: int) -> str:
        """The `clientRequestToken` of an attempt: 64 hexadecimal digits that begin with the resource's mark."""
        return self.resource.mark + _digest(self._digest(), str(attempt))[: 64 - _MARK_LENGTH]

    def name(self, prefix: str, attempt: int) -> str:
        """The `jobName` of an attempt."""
        return name_of(prefix, self.tail, attempt)

    def attempt_of(self, job: Job) -> int | None:
        """The attempt at this run that a job's name stands for, with any prefix. `None` for other names."""
        return attempt_in(job.name, self.tail)

    def _digest(self) -> str:
        return _digest(
            self.resource.stack_id, self.resource.logical_id, json.dumps(dict(self.defining), sort_keys=True)
        )


def _digest(*parts: str) -> str:
    # In JSON ("ab", "c") and ("a", "bc") are different.
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
