"""What may run though it is on no record, each for a reason that a user was given."""

from bedrock_batch.errors import InvalidPropertyError
from bedrock_batch.job import Job
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import RunIdentity
from bedrock_batch.run.physical_id import PhysicalId, earlier_job_forgotten
from lifecycle.job_record import Stop
from lifecycle.plan import Leftover
from lifecycle.request import Request
from lifecycle.stack import Stack
from lifecycle.universe import Universe


def job_of(physical_id: str) -> str:
    """The ARN of the job that an id stands for, the id itself if it stands for none."""
    if physical_id == earlier_job_forgotten(job_arn := PhysicalId.parse(physical_id).job_arn):
        return physical_id
    return job_arn or physical_id


class Allowances:
    """The jobs that were left running on purpose, and those that CloudFormation was told could not be stopped."""

    def __init__(self, universe: Universe, stacks: list[Stack]) -> None:
        self._universe = universe
        self._stacks = stacks

    def live(self) -> set[str]:
        """The ARNs that may be live."""
        allowed = set(self._retained()) | set(self._declared_to_stay())
        for stack in self._stacks:
            allowed |= {job_of(leftover.physical_id) for leftover in stack.superseded}
            allowed |= {arn for request in stack.unheard for arn in request.started}
            for leftover, request in [*stack.undeleted, *stack.abandoned]:
                allowed |= self._told(leftover, request)
        for request in self._universe.requests:
            if request.blind and request.status != "SUCCESS":
                allowed |= set(request.started)
            if request.purpose == "rollback" and request.status != "SUCCESS":
                # UPDATE_ROLLBACK_FAILED: its text names what may run, and the user skips the resource or goes on.
                assert (
                    request.status == "TIMED_OUT"
                    or "may be running" in request.reason
                    or "still running" in (request.reason)
                    or request.blind
                ), f"I3: {request.reason}"
                allowed |= self._of_runs(request, request.event["OldResourceProperties"])
        return allowed

    def stopped_for_a_failed_stack(self) -> set[str]:
        """What one delivery of a request answered with while another, at once, stopped it.

        The stack had failed with rollback disabled, and nothing tells what of a request it has heard.
        """
        return {
            put.physical_id
            for request in self._universe.requests
            for put in request.puts
            if request.deliveries > 1
            and any(other.stack_state[0].endswith("_FAILED") and other.status == "FAILED" for other in request.puts)
        }

    def was_left(self, stop: Stop) -> bool:
        """Whether a job was to run on when it was stopped: left or retained, and not wanted again since.

        A rollback that does not show what was attempted cannot tell a job that was left from it.
        """
        request, job_arn = stop.request, stop.job_arn
        left = self._declared_to_stay().get(job_arn)
        if left is not None and self._was_rolled_back(left):
            return False
        since = left.puts[0].at if left is not None else self._retained().get(job_arn)
        if since is None or since >= stop.at or request.hides_attempt:
            return False
        return not self._wanted_again(job_arn, since)

    def _was_rolled_back(self, left: Request) -> bool:
        """Whether a rollback could not stop the job, and a later deletion of the stack left it.

        A repeated delivery of the deployment may stop it then.
        """
        physical_id = left.event["PhysicalResourceId"]
        return any(
            request.purpose == "delete" and request.in_rollback and request.failed
            for request in self._universe.requests
            if request.resource == left.resource and request.event.get("PhysicalResourceId") == physical_id
        )

    def _retained(self) -> dict[str, float]:
        return {job_of(arn): since for stack in self._stacks for arn, since in stack.retained.items()}

    def _declared_to_stay(self) -> dict[str, Request]:
        """Jobs whose Delete said LEAVE_RUNNING, with the last of these.

        In a rollback only if the id says that the job ran before, or if the rollback was not seen.
        """
        stays: dict[str, Request] = {}
        for request in self._universe.requests:
            physical_id = request.event.get("PhysicalResourceId", "")
            declared = request.purpose == "delete" and request.properties.get("OnRemoval") == "LEAVE_RUNNING"
            found = PhysicalId.parse(physical_id).was_found
            if declared and request.status == "SUCCESS" and (found or request.blind or not request.in_rollback):
                stays |= dict.fromkeys({job_of(physical_id)} | self._made_under(request), request)
        return stays

    def _made_under(self, request: Request) -> set[str]:
        """The jobs that stand behind an id that names none. A held resource has none."""
        physical_id = request.event["PhysicalResourceId"]
        if physical_id.startswith("arn:") or PhysicalId.parse(physical_id).is_held:
            return set()
        return self._of_runs(request, request.properties)

    def _told(self, leftover: Leftover, request: Request) -> set[str]:
        """The jobs that the last Delete of a resource has named as running, or that its id names."""
        if leftover.physical_id.startswith("arn:"):
            job_arn = job_of(leftover.physical_id)
            assert request.status == "TIMED_OUT" or job_arn in request.reason, f"I3: {request.reason}"
            return {job_arn}
        return self._made_under(request)

    def _of_runs(self, request: Request, *all_properties: object) -> set[str]:
        found = set()
        for properties in all_properties:
            try:
                run = RunIdentity(request.resource, JobSpec.parse(properties).defining())  # type: ignore[arg-type] # JSON
            except InvalidPropertyError:
                continue
            jobs = self._universe.record.jobs
            found |= {arn for arn, job in jobs.items() if run.attempt_of(Job(arn, job.name)) is not None}
        return found

    def _wanted_again(self, job_arn: str, since: float) -> bool:
        """A deployment that declares a run again makes its job its own, heard or not."""
        return any(
            request.issued_at >= since and job_arn in self._of_runs(request, request.properties)
            for request in self._universe.requests
            if request.purpose == "forward"
        )
