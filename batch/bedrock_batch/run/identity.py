"""Who a job belongs to: tokens and names that come from what was declared, never from chance or time."""

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
    """One custom resource of one stack. Its mark opens every token that is ever made for it."""

    stack_id: str
    logical_id: str

    @property
    def mark(self) -> str:
        """16 hexadecimal digits that only this resource of this stack produces."""
        return _digest(self.stack_id, self.logical_id)[:_MARK_LENGTH]

    @property
    def part(self) -> str:
        """What the names of all jobs of this resource hold, and what its template can know."""
        return part_of(self.stack_id, self.logical_id)

    def made(self, job: Job) -> bool:
        """Whether a job was started for this resource.

        The service returns the token of each job; should it ever leave it out, a name of our form decides.
        """
        return job.token.startswith(self.mark) if job.token else is_of_part(job.name, self.part)

    def is_local(self, job_arn: str) -> bool:
        """Whether an ARN names a job of the partition, Region and account that the stack itself is in."""
        arn = JOB_ARN.fullmatch(job_arn)
        if arn is None:
            return False
        stack = self.stack_id.split(":")
        return [arn["partition"], arn["region"], arn["account"]] == [stack[1], stack[3], stack[4]]


@dataclass(frozen=True)
class RunIdentity:
    """One intended run of one resource: the same declaration gives the same identity, wherever and whenever asked."""

    resource: ResourceIdentity
    defining: Mapping[str, str]

    @property
    def tail(self) -> str:
        """What the names of all attempts at this run hold: the resource's part and 8 hexadecimal digits."""
        return tail_of(self.resource.part, self._digest())

    def token(self, attempt: int) -> str:
        """The `clientRequestToken` of an attempt: 64 hexadecimal digits, opened by the resource's mark."""
        return self.resource.mark + _digest(self._digest(), str(attempt))[: 64 - _MARK_LENGTH]

    def name(self, prefix: str, attempt: int) -> str:
        """The `jobName` of an attempt."""
        return name_of(prefix, self.tail, attempt)

    def attempt_of(self, job: Job) -> int | None:
        """Which attempt at this run a job's name stands for, whatever its prefix; `None` for any other name."""
        return attempt_in(job.name, self.tail)

    def _digest(self) -> str:
        return _digest(
            self.resource.stack_id, self.resource.logical_id, json.dumps(dict(self.defining), sort_keys=True)
        )


def _digest(*parts: str) -> str:
    # JSON keeps ("ab", "c") apart from ("a", "bc").
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
