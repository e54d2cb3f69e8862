"""The physical id of a resource: it names a job, an attempt at one, or a resource that is held."""

import re
from dataclasses import dataclass

from bedrock_batch.run.identity import JOB_ARN, ResourceIdentity

_FOUND = "#found-running"
_FORGOTTEN = "#earlier-job-forgotten"
_RELEASED = "#after-"
_HELD = "held"
_NOT_STARTED = "not-started:"
_MAYBE_STARTED = "maybe-started:"
_NAMES_JOB = re.compile(
    rf"(?P<job_arn>{JOB_ARN.pattern})(?:{_RELEASED}(?P<before>{_HELD}|[a-z0-9]{{12}}))?"
    rf"(?P<marker>{_FOUND}|{_FORGOTTEN})?"
)


@dataclass(frozen=True)
class PhysicalId:
    """What an id says. Nothing is known of an id that CloudFormation made up itself.

    * `job_arn`: empty unless the id names a job.
    * `was_found`: the job ran before the request that responded with the id.
    * `is_released`: the resource was held before that request.
    * `job_arn_before`: the job that a held resource had on record before that request, empty if it had none.
    * `job_name`: the attempt whose start is uncertain, empty if it is not known.
    * `is_not_started`: the request ended without a start.
    * `is_held`: the resource is held, and has no job on record.
    """

    job_arn: str = ""
    was_found: bool = False
    is_released: bool = False
    job_arn_before: str = ""
    job_name: str = ""
    is_not_started: bool = False
    is_held: bool = False

    @classmethod
    def parse(cls, physical_id: str) -> "PhysicalId":
        """Read any id, from this handler or from CloudFormation."""
        names_job = _NAMES_JOB.fullmatch(physical_id)
        if names_job is not None:
            job_arn, before = names_job["job_arn"], names_job["before"] or ""
            return cls(
                job_arn=job_arn,
                was_found=names_job["marker"] == _FOUND,
                is_released=bool(before),
                job_arn_before=_beside(job_arn, before) if before not in ("", _HELD) else "",
            )
        if physical_id.startswith(_MAYBE_STARTED):
            return cls(job_name=physical_id.removeprefix(_MAYBE_STARTED))
        return cls(is_not_started=physical_id.startswith(_NOT_STARTED), is_held=physical_id.startswith(f"{_HELD}:"))


def found_running(physical_id: str) -> str:
    """The id of a job that ran before this request. A rollback of the request leaves the job alone."""
    return physical_id + _FOUND


def released(job_arn: str, job_arn_before: str) -> str:
    """The id of a job whose resource was held before this request. A rollback of the request holds it again.

    `job_arn_before` is the job that the held resource had on record, empty if it had none.
    """
    return job_arn + _RELEASED + (job_arn_before.rpartition("/")[2] or _HELD)


def held(resource: ResourceIdentity) -> str:
    """The id of a held resource without a job. It is always the same, and never taken for a job."""
    return f"{_HELD}:{resource.mark}"


def held_arn(resource: ResourceIdentity) -> str:
    """What a held resource shows as the ARN of its job, for policies that name it. No job has such an ARN."""
    partition, region, account = (resource.stack_id.split(":")[place] for place in (1, 3, 4))
    return _beside(f"arn:{partition}:bedrock:{region}:{account}:model-invocation-job/", _HELD)


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


def _beside(job_arn: str, job_id: str) -> str:
    """The ARN of another job of the same account and Region."""
    return f"{job_arn.rpartition('/')[0]}/{job_id}"
