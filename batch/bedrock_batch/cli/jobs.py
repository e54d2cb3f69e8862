"""Finds jobs: by ARN, by stack, or by stack and job."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from bedrock_batch.cli.aws import Aws, not_of_aws, refusals
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.found_job import FoundJob, read
from bedrock_batch.outcome.text import without_hash
from bedrock_batch.run.declaration import RESOURCE_TYPE
from bedrock_batch.run.identity import JOB_ARN
from bedrock_batch.run.physical_id import PhysicalId, maybe_started

_STACK_ARN: Final = re.compile(r"arn:[^:]+:cloudformation:([a-z0-9-]+):[0-9]{12}:stack/.+")


@dataclass
class Found:
    """The jobs of a target."""

    jobs: list[FoundJob] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    """Why other jobs of the stack cannot be read."""
    held: list[str] = field(default_factory=list)
    """Logical ids of resources that are held, and have no job."""

    def held_lines(self) -> list[str]:
        """What is shown of held resources."""
        return [f"{each}: held, no job was started; remove hold to start it" for each in self.held]


def find(aws: Aws, target: str, job: str | None = None) -> Found:
    """The jobs that a command names.

    :param target: ARN of a job, or the name or ARN of a stack.
    :param job: in a stack, the construct id or logical id of one job. Default: all jobs of the stack.
    :raises Failure: there is no such job, or AWS refuses.
    """
    if JOB_ARN.fullmatch(target):
        if job is not None:
            raise Failure("a job is named by its ARN alone, or by its stack and its id", Exit.USAGE)
        return Found([read(aws, target)])
    if target.startswith("arn:") and not _STACK_ARN.fullmatch(target):
        raise Failure(f"{target} is not the ARN of a model invocation job or of a stack", Exit.USAGE)
    nested: list[str] = []
    declared = dict(_of_stack(aws, target, nested))
    if not declared:
        hint = f"; it has the nested stacks {', '.join(nested)}, which may have some" if nested else ""
        raise Failure(f"the stack {target} has no batch inference job{hint}", Exit.NOT_FOUND)
    if job is not None:
        declared = {logical_id: declared[logical_id] for logical_id in _named(job, declared, target)}
    found = Found()
    for logical_id, physical_id in declared.items():
        if PhysicalId.parse(physical_id).is_held:
            found.held.append(logical_id)
            continue
        try:
            found.jobs.append(_read(aws, target, logical_id, physical_id))
        except Failure as failure:
            found.failures.append(failure)
    if not (found.jobs or found.held):
        raise found.failures[0]
    return found


def find_one(aws: Aws, target: str, job: str | None = None) -> FoundJob:
    """The job that a command names.

    :raises Failure: as `find`, or the stack has several jobs, or the only one is held.
    """
    found = find(aws, target, job)
    if len(found.jobs) + len(found.failures) + len(found.held) > 1:
        names = ", ".join(sorted([*(each.label for each in found.jobs), *found.held]))
        raise Failure(f"the stack {target} has several jobs; name one of them: {names}", Exit.USAGE)
    if found.held:
        raise Failure(f"{found.held[0]} of the stack {target} is held: no job was started", Exit.NOT_FOUND)
    return found.jobs[0]


def _read(aws: Aws, stack: str, logical_id: str, physical_id: str) -> FoundJob:
    said = PhysicalId.parse(physical_id)
    if said.job_arn:
        return read(aws, said.job_arn, logical_id)
    if physical_id.startswith(maybe_started("")):
        which = f"the job {said.job_name}" if said.job_name else "a job"
        raise Failure(f"{logical_id} of the stack {stack} may have started {which}, which may run", Exit.NOT_FOUND)
    raise Failure(f"{logical_id} of the stack {stack} has not started a job", Exit.NOT_FOUND)


def _of_stack(aws: Aws, stack: str, nested: list[str]) -> Iterator[tuple[str, str]]:
    arn = _STACK_ARN.fullmatch(stack)
    region = arn[1] if arn else None
    cloudformation = aws.client("cloudformation", region=region)
    with refusals(f"read the stack {stack} in {region or aws.region_name}"):
        for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
            if "StackResourceSummaries" not in page:
                raise not_of_aws(f"read the stack {stack}")
            for resource in page["StackResourceSummaries"]:
                physical_id = resource.get("PhysicalResourceId") or ""
                # Also resources of others that start a job.
                if resource["ResourceType"] == RESOURCE_TYPE or PhysicalId.parse(physical_id).job_arn:
                    yield resource["LogicalResourceId"], physical_id
                elif resource["ResourceType"] == "AWS::CloudFormation::Stack":
                    # The name in arn:aws:cloudformation:<region>:<account>:stack/<name>/<id>.
                    nested.append(physical_id.rpartition(":stack/")[2].partition("/")[0])


def _named(job: str, logical_ids: Collection[str], stack: str) -> list[str]:
    chosen = [job] if job in logical_ids else [each for each in logical_ids if is_named(job, each)]
    if not chosen:
        ids = {without_hash(each) for each in logical_ids}
        close = get_close_matches(job, ids, 1, 0.4)
        hint = f"did you mean {close[0]}" if close else f"it has {', '.join(sorted(ids))}"
        raise Failure(f"the stack {stack} has no job {job}; {hint}", Exit.NOT_FOUND)
    return chosen


def is_named(job: str, logical_id: str) -> bool:
    """Whether a logical id is the one of a job, or CDK made it from the job's construct id or path."""
    made = re.sub("[^A-Za-z0-9]", "", job)
    return job == logical_id or (bool(made) and re.fullmatch(rf"{made}[0-9A-F]{{8}}", logical_id) is not None)
