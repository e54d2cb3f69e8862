"""What the handling of one event has at hand."""

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

# A start later than so many seconds before the end of the function's time could not be looked after.
LEAST_SECONDS_TO_START = 30.0


@dataclass(frozen=True)
class Session:
    """One event, what it is about, and the ways to the world.

    `is_answered` tells that the answer was given already, `now` is the time of day.
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
        """The resource that the event is about."""
        return ResourceIdentity(self.event.stack_id, self.event.logical_id)

    @property
    def physical_id(self) -> PhysicalId:
        """What CloudFormation has on record of it."""
        return PhysicalId.parse(self.event.physical_id)

    @property
    def may_still_start(self) -> bool:
        """Whether there is time to look after a job that would be started now."""
        return not self.is_answered() and self.deadline.remaining() >= LEAST_SECONDS_TO_START

    @property
    def time_to_start(self) -> Deadline:
        """Until when a job may be started, and what it needs be prepared."""
        return self.deadline.within(self.deadline.remaining() - LEAST_SECONDS_TO_START)

    def run_of(self, spec: JobSpec) -> RunIdentity:
        """The run that a declaration of this resource stands for."""
        return RunIdentity(self.resource, spec.defining())
