"""What may run though it is on no record, each for a reason that a user was given."""

from lifecycle.job_record import Stop
from lifecycle.plan import Leftover
from lifecycle.request import Request
from lifecycle.stack import Stack
from lifecycle.universe import Universe
from model_invocation_job.care import LEFT_RUNNING
from model_invocation_job.identity import ResourceIdentity, RunIdentity
from model_invocation_job.properties import InvalidPropertyError
from model_invocation_job.spec import JobSpec


class Allowances:
    """The jobs that were left running on purpose, and those that CloudFormation was told could not be stopped."""

    def __init__(self, universe: Universe, stacks: list[Stack]) -> None:
        self._universe = universe
        self._stacks = stacks

    def live(self) -> set[str]:
        """The ids that may be live."""
        record = self._universe.record
        allowed = set(record.strangers) | {arn for stack in self._stacks for arn in stack.retained}
        allowed |= set(self._declared_to_stay())
        for stack in self._stacks:
            allowed |= {leftover.physical_id for leftover in stack.superseded}
            allowed |= {arn for request in stack.unheard for arn in request.started}
            for leftover, request in [*stack.undeleted, *stack.abandoned]:
                allowed |= self._told(leftover, request)
        for request in self._universe.requests:
            if request.blind and request.status != "SUCCESS":
                allowed |= set(request.started)
            if request.unread and request.purpose == "rollback":
                allowed |= self._of_runs(request, request.properties, request.event["OldResourceProperties"])
        return allowed

    def left(self) -> dict[str, float]:
        """The ids that were left running or retained, and when."""
        declared = {arn: request.puts[0].at for arn, request in self._declared_to_stay().items()}
        return declared | self._retained()

    def was_left(self, stop: Stop) -> bool:
        """Whether a job was to run on when it was stopped: left or retained, and not wanted again since.

        Only what was left is given back by a deployment that wanted it again and is taken back. A rollback that does
        not show what it takes back can not tell a retained job from what was attempted.
        """
        request, job_arn = stop.request, stop.job_arn
        left = self._declared_to_stay().get(job_arn)
        if left is not None:
            since = left.puts[0].at
            was_there = self._universe.record.jobs[job_arn].submitted_at <= since
            on_purpose = was_there and not left.in_rollback
            is_known = on_purpose and not (left.untold or left.unread or request.untold)
            goes = request.purpose == "delete" and not request.in_rollback
            return is_known and since < stop.at and not (goes and self._wanted_again(job_arn, since))
        retained = self._retained().get(job_arn)
        if retained is None or retained >= stop.at:
            return False
        return not request.hides_attempt and not self._wanted_again(job_arn, retained)

    def in_care(self, stop: Stop) -> bool:
        """Whether a deployment has put somebody else's job into the care of the resource that stopped it."""
        resource = stop.request.resource
        return any(
            (resource.logical_id, stop.job_arn) in stack.accepted
            for stack in self._stacks
            if stack.stack_id == resource.stack_id
        )

    def holder_agreed(self, stop: Stop) -> bool:
        """Whether nobody else took care of a job when it was stopped, nobody at all if it was left running."""
        request = stop.request
        if stop.holder == LEFT_RUNNING:
            is_gone = request.purpose == "delete" and not request.in_rollback
            return request.untold or (is_gone and request.event["PhysicalResourceId"] == stop.job_arn)
        return request.untold or stop.holder in (None, request.resource.mark)

    def taken_at_once(self) -> set[str]:
        """The ids that two resources have taken in the same moment, which no tag can prevent."""
        taken = [
            (request.issued_at, put.physical_id, request.resource.mark)
            for request in self._universe.requests
            for put in request.puts
            if request.purpose == "forward" and put.status == "SUCCESS"
        ]
        return {
            arn
            for number, (moment, arn, mark) in enumerate(taken)
            if any(other[:2] == (moment, arn) and other[2] != mark for other in taken[:number])
        }

    def is_held(self, job_arn: str, holder: str) -> bool:
        """Whether the resource whose care a live job is in has it on record, or could not give it up."""
        on_record = any(
            recorded.physical_id == job_arn and ResourceIdentity(stack.stack_id, name).mark == holder
            for stack in self._stacks
            for name, recorded in stack.recorded.items()
        )
        return (
            on_record
            or job_arn in self._retained()
            or job_arn in {leftover.physical_id for stack in self._stacks for leftover in stack.superseded}
            or job_arn in self.taken_at_once()
            or any(
                request.untold or request.unread or request.blind or request.hides_attempt or request.forgets_adoption
                for request in self._universe.requests
                if request.resource.mark == holder
            )
        )

    def _retained(self) -> dict[str, float]:
        return {arn: since for stack in self._stacks for arn, since in stack.retained.items()}

    def _declared_to_stay(self) -> dict[str, Request]:
        """Ids whose Delete said LEAVE_RUNNING, with the last of these; in a rollback only if that was not seen."""
        stays: dict[str, Request] = {}
        for request in self._universe.requests:
            declared = request.purpose == "delete" and request.properties.get("OnRemoval") == "LEAVE_RUNNING"
            if declared and request.status == "SUCCESS" and (request.blind or not request.in_rollback):
                ids = {request.event["PhysicalResourceId"]} | self._made_under(request)
                stays |= dict.fromkeys(ids, request)
        return stays

    def _made_under(self, request: Request) -> set[str]:
        """The jobs that stand behind an id that CloudFormation made up."""
        if request.event["PhysicalResourceId"].startswith("arn:"):
            return set()
        return self._of_runs(request, request.properties)

    def _told(self, leftover: Leftover, request: Request) -> set[str]:
        """The jobs that the last Delete of a resource has named as running, or that its id names."""
        if leftover.physical_id.startswith("arn:"):
            assert request.status == "TIMED_OUT" or leftover.physical_id in request.reason, f"I3: {request.reason}"
            return {leftover.physical_id}
        return self._made_under(request)

    def _of_runs(self, request: Request, *all_properties: object) -> set[str]:
        found = set()
        for properties in all_properties:
            try:
                run = RunIdentity(request.resource, JobSpec.parse(properties).defining())  # type: ignore[arg-type] # JSON
            except InvalidPropertyError:
                continue
            found |= {arn for arn, job in self._universe.record.jobs.items() if run.attempt_of(job.name) is not None}
        return found

    def _wanted_again(self, job_arn: str, since: float) -> bool:
        """A deployment that declares a run again makes its job its own, heard or not; so does one that adopts it."""
        return any(
            (request.issued_at >= since and job_arn in self._of_runs(request, request.properties))
            or any(put.physical_id == job_arn and put.at >= since for put in request.puts)
            for request in self._universe.requests
            if request.purpose == "forward"
        )
