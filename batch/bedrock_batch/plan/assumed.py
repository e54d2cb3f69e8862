"""What is assumed of a base of which AWS is not asked: it was deployed once, and each of its jobs runs."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from bedrock_batch.errors import InvalidPropertyError
from bedrock_batch.job import Job
from bedrock_batch.plan.side import Located, Side, made_up_stack_id
from bedrock_batch.plan.stack import DeclaredStack, Record
from bedrock_batch.run.declaration import JobSpec, is_held
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from bedrock_batch.run.physical_id import PhysicalId, held

_JOB_ID_LENGTH: Final = 12


def assumed(base: DeclaredStack, declared: DeclaredStack | None = None, around: str = "") -> Record:
    """The record of a stack that was deployed once.

    :param declared: the same stack now, which may say where it is when the base does not.
    :param around: the id of the stack around a nested one.
    """
    stack_id = made_up_stack_id(base, declared, around)
    side = Side()
    located = Located(base, stack_id, side)
    side.stacks.append(located)
    physical_ids = {}
    for logical_id, properties in located.jobs.items():
        resource = ResourceIdentity(stack_id, logical_id)
        if is_held(properties):
            physical_ids[logical_id] = held(resource)
        elif _spec(properties) is not None:
            physical_ids[logical_id] = _job_arn(resource)
    nested = {
        logical_id: assumed(each, None if declared is None else declared.nested.get(logical_id), stack_id)
        for logical_id, each in base.nested.items()
    }
    return Record(
        stack_id=stack_id,
        declared=base,
        physical_ids=physical_ids,
        nested=nested,
        is_assumed=True,
    )


def jobs_of_base(resource: ResourceIdentity, properties: Mapping[str, Any], physical_id: str) -> list[Job]:
    """The job that a resource of an assumed record has. Its run is known only beside the other stacks."""
    job_arn, spec = PhysicalId.parse(physical_id).job_arn, _spec(properties)
    if spec is None or not job_arn:
        return []
    run = RunIdentity(resource, spec.defining())
    return [Job(job_arn, name=run.name(spec.name_prefix, 1), token=run.token(1))]


def _spec(properties: Mapping[str, Any]) -> JobSpec | None:
    try:
        return JobSpec.parse(properties)
    except InvalidPropertyError:
        return None


def _job_arn(resource: ResourceIdentity) -> str:
    _, partition, _, region, account, _ = resource.stack_id.split(":", 5)
    job_id = hashlib.sha256(f"{resource.stack_id} {resource.logical_id}".encode()).hexdigest()[:_JOB_ID_LENGTH]
    return f"arn:{partition}:bedrock:{region}:{account}:model-invocation-job/{job_id}"
