"""One resource of a stack and its jobs, for tests of what a deployment does to them."""

from collections.abc import Mapping
from typing import Any

from bedrock_batch.job import Job
from bedrock_batch.plan.compare import compare
from bedrock_batch.plan.foreseen import Foreseen, OnRecord
from bedrock_batch.plan.stack import DeclaredStack, Record
from bedrock_batch.run.declaration import RESOURCE_TYPE, JobSpec
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from handler.world import ACCOUNT, REGION, STACK_ID, properties

RESOURCE = ResourceIdentity(STACK_ID, "Tickets")


def job(number: int, declared: Mapping[str, Any], status: str = "InProgress", attempt: int = 1) -> Job:
    """A job of a declared run of `RESOURCE`."""
    run = RunIdentity(RESOURCE, JobSpec.parse(declared).defining())
    arn = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/job{number:09d}"
    return Job(arn, name=run.name("tickets", attempt), token=run.token(attempt), status=status)


def on_record(declared: Mapping[str, Any], recorded: Job, *others: Job) -> OnRecord:
    """`RESOURCE` with a job on record."""
    return OnRecord(RESOURCE, declared, recorded.arn, [recorded, *others])


def stack(resources: Mapping[str, Any], **members: Any) -> DeclaredStack:
    """The stack of `RESOURCE` with jobs by logical id, or with whole resources."""
    whole = {
        name: each if "Type" in each else {"Type": RESOURCE_TYPE, "Properties": each}
        for name, each in resources.items()
    }
    return DeclaredStack(name="Reports", template={"Resources": whole, **members})


def foreseen(
    declared: Mapping[str, Any], attempted: Mapping[str, Any], recorded: Job, **members: Any
) -> dict[str, Foreseen]:
    """What a deployment does to jobs, by logical id, of which `RESOURCE` is on record."""
    record = Record(
        stack_id=STACK_ID,
        declared=stack(attempted),
        physical_ids={RESOURCE.logical_id: recorded.arn},
        jobs=[recorded],
        **members,
    )
    found = compare([stack(declared)], [record])
    return {each.before.resource.logical_id: each.foreseen for each in found if each.foreseen is not None}


__all__ = ["RESOURCE", "foreseen", "job", "on_record", "properties", "stack"]
