"""The physical id of a resource: the job, or the attempt at one, that it speaks for."""

import re
from dataclasses import dataclass

from bedrock_batch.run.identity import JOB_ARN, ResourceIdentity

_FOUND = "#found-running"
_FORGOTTEN = "#earlier-job-forgotten"
_NOT_STARTED = "not-started:"
_MAYBE_STARTED = "maybe-started:"
_NAMES_JOB = re.compile(rf"(?P<job_arn>{JOB_ARN.pattern})(?P<marker>{_FOUND}|{_FORGOTTEN})?")


@dataclass(frozen=True)
class PhysicalId:
    """What an id says. CloudFormation may send one that it made up itself, of which nothing is known.

    `job_arn` is empty unless the id names a job. `was_found` tells that its job ran before the request that answered
    with the id. `job_name` is the attempt whose start is uncertain, empty if unknown. `is_not_started` tells that the
    request ended without a start.
    """

    job_arn: str = ""
    was_found: bool = False
    job_name: str = ""
    is_not_started: bool = False

    @classmethod
    def parse(cls, physical_id: str) -> "PhysicalId":
        """Read any id, ours or not."""
        names_job = _NAMES_JOB.fullmatch(physical_id)
        if names_job is not None:
            return cls(job_arn=names_job["job_arn"], was_found=names_job["marker"] == _FOUND)
        if physical_id.startswith(_MAYBE_STARTED):
            return cls(job_name=physical_id.removeprefix(_MAYBE_STARTED))
        return cls(is_not_started=physical_id.startswith(_NOT_STARTED))


def found_running(job_arn: str) -> str:
    """The id of a job that ran before the request that answers with it: a rollback of that request leaves it alone."""
    return job_arn + _FOUND


def earlier_job_forgotten(job_arn: str) -> str:
    """The id of a rollback that cannot return to the earlier job, which Bedrock no longer knows.

    `job_arn` is the job that the update had started.

    It differs from that job's own id, so CloudFormation deletes that one, which stops the job.
    """
    return job_arn + _FORGOTTEN


def not_started(resource: ResourceIdentity) -> str:
    """The id of a Create that ended without a job; never empty, never mistaken for a job."""
    return _NOT_STARTED + resource.mark


def maybe_started(job_name: str) -> str:
    """The id of a Create whose start may have had its effect: the Delete looks for a job of this name.

    An empty name stands for any attempt at the run.
    """
    return _MAYBE_STARTED + job_name
