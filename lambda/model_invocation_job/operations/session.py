"""What the handling of one event needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from bedrock_batch.run.physical_id import PhysicalId
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.core.progress import Progress
from model_invocation_job.io.bedrock import Jobs
from model_invocation_job.io.deadline import Deadline
from model_invocation_job.io.objects import Objects
from model_invocation_job.io.stack import StackWatch

# A job must start at least this many seconds before the end of the function's time, so that it can be checked.
LEAST_SECONDS_TO_START = 30.0


@dataclass(frozen=True)
class Session:
    """One event, its resource, and the calls to the outside.

    `is_answered` tells that the response was sent already. `now` is the time of day.
    """

    event: ResourceEvent
    jobs: Jobs
    objects: Objects
    stack: StackWatch
    deadline: Deadline
    progress: Progress
    is_answered: Callable[[], bool]
    now: Callable[[], datetime]

    @property
    def resource(self) -> ResourceIdentity:
        """The resource of the event."""
        return ResourceIdentity(self.event.stack_id, self.event.logical_id)

    @property
    def physical_id(self) -> PhysicalId:
        """The physical id that CloudFormation has on record."""
        return PhysicalId.parse(self.event.physical_id)

    @property
    def may_still_start(self) -> bool:
        """Whether there is time to check a job that would start now."""
        return not self.is_answered() and self.deadline.remaining() >= LEAST_SECONDS_TO_START

    @property
    def time_to_start(self) -> Deadline:
        """The time limit for preparing and starting a job."""
        return self.deadline.within(self.deadline.remaining() - LEAST_SECONDS_TO_START)

    def run_of(self, spec: JobSpec) -> RunIdentity:
        """The run of a declaration of this resource."""
        return RunIdentity(self.resource, spec.defining())
