"""Who a job belongs to: tokens and names that come from what was declared, never from chance or time."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_OWNER_LENGTH = 16
_KEY_LENGTH = 16
JOB_ARN = re.compile(
    r"arn:(?P<partition>aws(?:-[^:]+)?):bedrock:(?P<region>[a-z0-9-]{1,20}):(?P<account>[0-9]{12})"
    r":model-invocation-job/(?P<job_id>[a-z0-9]{12})"
)


@dataclass(frozen=True)
class ResourceIdentity:
    """One custom resource of one stack. Its mark opens every token that the handler ever makes for it."""

    stack_id: str
    logical_id: str

    @property
    def mark(self) -> str:
        """16 hexadecimal digits that only this resource of this stack produces."""
        return _digest(self.stack_id, self.logical_id)[:_OWNER_LENGTH]

    def made(self, job: Mapping[str, Any]) -> bool:
        """Whether a job (as Get or List shows it) was started for this resource.

        The service returns the token of each job; should it ever leave it out, a name of our form decides.
        """
        token = job.get("clientRequestToken")
        if token:
            return str(token).startswith(self.mark)
        return re.fullmatch(r".+-[0-9a-f]{16}-[0-9]+", str(job["jobName"])) is not None

    def has_token_of(self, job: Mapping[str, Any]) -> bool:
        """Whether a job's own token proves that it was started for this resource."""
        return str(job.get("clientRequestToken")).startswith(self.mark)

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
    def key(self) -> str:
        """16 hexadecimal digits in the name of every attempt at this run."""
        return self._digest()[:_KEY_LENGTH]

    def token(self, attempt: int) -> str:
        """The `clientRequestToken` of an attempt: 64 hexadecimal digits, opened by the resource's mark."""
        return self.resource.mark + _digest(self._digest(), str(attempt))[: 64 - _OWNER_LENGTH]

    def name(self, prefix: str, attempt: int) -> str:
        """The `jobName` of an attempt: at most 63 characters for a prefix of 40 and fewer than 100,000 attempts."""
        return f"{prefix}-{self.key}-{attempt}"

    def attempt_of(self, job_name: str) -> int | None:
        """Which attempt at this run a job name stands for, whatever its prefix; `None` for any other name."""
        match = re.fullmatch(rf".*-{self.key}-([1-9][0-9]{{0,4}})", job_name)
        return int(match[1]) if match else None

    def _digest(self) -> str:
        return _digest(
            self.resource.stack_id, self.resource.logical_id, json.dumps(dict(self.defining), sort_keys=True)
        )


def _digest(*parts: str) -> str:
    # JSON keeps ("ab", "c") apart from ("a", "bc").
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
