"""What must hold of held resources, whatever has happened."""

from bedrock_batch.errors import InvalidPropertyError
from bedrock_batch.job import Job
from bedrock_batch.run.declaration import JobSpec, is_held
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from bedrock_batch.run.physical_id import PhysicalId, earlier_job_forgotten
from lifecycle.plan import Recorded
from lifecycle.request import Request
from lifecycle.stack import Stack
from lifecycle.universe import Universe


def check_held(universe: Universe, stacks: list[Stack], allowed: set[str]) -> None:
    """Invariant I11: a held request starts no job and stops none, and what is not held has a job of its run.

    A release that is rolled back leaves no job of its own live. A Delete stops the job of a held resource as of any
    other.
    """
    _check_rollbacks(universe, allowed)
    for request in universe.requests:
        if request.purpose == "forward" and is_held(request.properties):
            assert not request.started, f"I11: {request} is held and started {request.started}"
            stopped = [stop.job_arn for stop in universe.record.stops if stop.request is request]
            assert not stopped, f"I11: {request} is held and stopped {stopped}"
    for stack in stacks:
        for name, recorded in stack.recorded.items():
            resource = ResourceIdentity(stack.stack_id, name)
            assert _is_well(universe, resource, recorded), f"I11: {recorded.physical_id} has no job of its run"


def _check_rollbacks(universe: Universe, allowed: set[str]) -> None:
    forward: dict[ResourceIdentity, Request] = {}
    live = universe.record.live() - allowed
    for request in universe.requests:
        if request.purpose == "forward":
            forward[request.resource] = request
        elif request.purpose == "rollback" and request.status == "SUCCESS" and is_held(request.properties):
            kept = live & set(forward[request.resource].started)
            assert not kept, f"I11: {request} is held again and keeps {kept}"


def _is_well(universe: Universe, resource: ResourceIdentity, recorded: Recorded) -> bool:
    said = PhysicalId.parse(recorded.physical_id)
    if is_held(recorded.properties):
        return said.is_held or bool(said.job_arn)
    if recorded.physical_id == earlier_job_forgotten(said.job_arn):
        return True
    try:
        run = RunIdentity(resource, JobSpec.parse(recorded.properties).defining())
    except InvalidPropertyError:
        return True
    job = universe.record.jobs.get(said.job_arn)
    return job is not None and run.attempt_of(Job(job.arn, job.name)) is not None
