"""The physical id of a resource: it names a job, or an attempt at one."""

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
    """What an id says. Nothing is known of an id that CloudFormation made up itself.

    * `job_arn`: empty unless the id names a job.
    * `was_found`: the job ran before the request that responded with the id.
    * `job_name`: the attempt whose start is uncertain, empty if it is not known.
    * `is_not_started`: the request ended without a start.
    """

    job_arn: str = ""
    was_found: bool = False
    job_name: str = ""
    is_not_started: bool = False

    @classmethod
    def parse(cls, physical_id: str) -> "PhysicalId":
        """Read any id, from this handler or from CloudFormation."""
        names_job = _NAMES_JOB.fullmatch(physical_id)
        if names_job is not None:
            return cls(job_arn=names_job["job_arn"], was_found=names_job["marker"] == _FOUND)
        if physical_id.startswith(_MAYBE_STARTED):
            return cls(job_name=physical_id.removeprefix(_MAYBE_STARTED))
        return cls(is_not_started=physical_id.startswith(_NOT_STARTED))


def found_running(job_arn: str) -> str:
    """The id of a job that ran before this request. A rollback of the request leaves the job alone."""
    return job_arn + _FOUND


def earlier_job_forgotten(job_arn: str) -> str:
    """The id of a rollback that cannot return to the earlier job, which Bedrock no longer knows.

    `job_arn` is the job that the update had started. This id differs from that job's own id, so CloudFormation deletes
    that one, which stops the job.
    """
    return job_arn + _FORGOTTEN


def not_started(resource: ResourceIdentity) -> str:
    """The id of a Create that ended without a job. It is never empty and never taken for a job."""
    return _NOT_STARTED + resource.mark


def maybe_started(job_name: str) -> str:
    """The id of a Create that may have started a job. The Delete looks for a job with this name.

    An empty name stands for any attempt at the run.
    """
    return _MAYBE_STARTED + job_name
