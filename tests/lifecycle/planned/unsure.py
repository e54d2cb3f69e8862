"""What is not known of a stack whose last operation failed without a rollback."""

from collections.abc import Mapping

from bedrock_batch.errors import InvalidPropertyError
from bedrock_batch.job import Job
from bedrock_batch.plan.foreseen import Properties
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from bedrock_batch.run.physical_id import PhysicalId
from lifecycle.plan import Recorded
from lifecycle.planned.app import App, NamedStack


def unsure_of(app: App, stack: NamedStack) -> set[str]:
    """The resources whose request failed, and those whose job is not one of the attempted run."""
    if not stack.is_unsure:
        return set()
    jobs = {job.arn: job for job in app.jobs()}
    attempted = app.attempted[stack.name]
    others = {
        name
        for name, recorded in stack.recorded.items()
        if not _is_of_run(ResourceIdentity(stack.stack_id, name), attempted.get(name, {}), recorded, jobs)
    }
    return {*stack.failed, *others}


def _is_of_run(resource: ResourceIdentity, attempted: Properties, recorded: Recorded, jobs: Mapping[str, Job]) -> bool:
    job = jobs.get(PhysicalId.parse(recorded.physical_id).job_arn)
    try:
        run = RunIdentity(resource, JobSpec.parse(attempted).defining())
    except InvalidPropertyError:
        return False
    return job is not None and run.attempt_of(job) is not None
