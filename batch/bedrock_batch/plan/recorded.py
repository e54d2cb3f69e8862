"""What is on record of one job, as far as its stack tells."""

from dataclasses import replace

from bedrock_batch.errors import InvalidPropertyError
from bedrock_batch.plan.assumed import jobs_of_base
from bedrock_batch.plan.foreseen import OnRecord
from bedrock_batch.plan.side import Located
from bedrock_batch.plan.stack import Record
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from bedrock_batch.run.physical_id import PhysicalId


def job_ids(record: Record | None) -> list[str]:
    """The logical ids on record that name a job. An update that failed may have taken them out of the template."""
    physical_ids = {} if record is None else record.physical_ids
    return [logical_id for logical_id, each in physical_ids.items() if PhysicalId.parse(each).job_arn]


def on_record(
    logical_id: str, record: Record | None, before: Located | None, after: Located | None, shown: Located
) -> OnRecord:
    """The job of a logical id.

    :param before: the stack on record.
    :param shown: the stack that has the job, on record or declared.
    """
    resource = ResourceIdentity(shown.stack_id, logical_id)
    if record is None or before is None or not record.physical_ids.get(logical_id):
        jobs = [] if record is None else [job for job in record.jobs if resource.part in job.name]
        return OnRecord(resource, jobs=jobs)
    if record.is_assumed and after is not None and _may_be_new(logical_id, before, after):
        return OnRecord(resource)
    physical_id = record.physical_ids[logical_id]
    jobs = [job for job in record.jobs if resource.part in job.name or job.arn in physical_id]
    properties = before.jobs.get(logical_id)
    if record.is_assumed:
        jobs = jobs_of_base(resource, properties or {}, physical_id)
    found = OnRecord(resource, properties, physical_id, jobs)
    if not record.is_unsure:
        return found
    # The template is the one that was attempted. Where that is on record, the job is one of its run.
    is_attempted = logical_id not in record.failed and found.properties is not None and _names_own_run(found)
    return found if is_attempted else replace(found, properties={})


def _may_be_new(logical_id: str, before: Located, after: Located) -> bool:
    """Whether nobody can tell that the resource was there, since its condition is not the same."""
    present = after.presence_of(logical_id)
    return isinstance(present, str) and present != before.presence_of(logical_id)


def _names_own_run(found: OnRecord) -> bool:
    try:
        run = RunIdentity(found.resource, JobSpec.parse(found.properties or {}).defining())
    except InvalidPropertyError:
        return False
    return found.job is not None and run.attempt_of(found.job) is not None
