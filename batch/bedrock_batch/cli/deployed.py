"""The stacks of an app as AWS has them on record, with their jobs on Bedrock."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bedrock_batch.cli.accounts import Accounts
from bedrock_batch.cli.aws import Aws, not_of_aws, refusals
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.job import Job
from bedrock_batch.plan.stack import STACK_TYPE, DeclaredStack, Record
from bedrock_batch.plan.values import placeholder
from bedrock_batch.run.declaration import RESOURCE_TYPE
from bedrock_batch.run.physical_id import PhysicalId

# The CDK CLI deletes a stack in one of these before it deploys, or the stack has nothing yet.
_NOT_THERE: Final = frozenset({"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_COMPLETE"})
# Failed without a rollback.
_UNSURE: Final = frozenset({"CREATE_FAILED", "UPDATE_FAILED"})
_SSM: Final = "AWS::SSM::Parameter::Value<"
_STUCK: Final = frozenset({"UPDATE_ROLLBACK_FAILED", "DELETE_FAILED"})


@dataclass
class Deployed:
    """What AWS has on record of an app."""

    records: list[Record] = field(default_factory=list)
    exports: dict[str, str] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)
    """Accounts and Regions that were asked, in words."""


def read_deployed(accounts: Accounts, stacks: Iterable[DeclaredStack]) -> Deployed:
    """Read the stacks that an app declares, and their jobs.

    :raises Failure: AWS refuses, a stack lies in another account, or an operation of a stack has not ended.
    """
    found = Deployed()
    for stack in stacks:
        aws = accounts.of(stack)
        found.places.add(f"account {stack.account or accounts.caller['Account']} in {aws.region_name}")
        cloudformation = aws.client("cloudformation")
        record = _record(cloudformation, aws.client("bedrock"), stack, stack.name)
        if record is not None:
            found.records.append(replace(record, current=_current(aws, record, stack)))
        if "Fn::ImportValue" in json.dumps(stack.template):
            found.exports |= _exports(cloudformation)
    return found


def _record(cloudformation: Any, bedrock: Any, stack: DeclaredStack, name: str) -> Record | None:
    shown = _described(cloudformation, name)
    status = str(shown.get("StackStatus", "DELETE_COMPLETE"))
    if status in _NOT_THERE:
        return None
    if status.endswith("_IN_PROGRESS") or status in _STUCK:
        hint = "plan again when it has ended" if status.endswith("_IN_PROGRESS") else "nothing can be deployed to it"
        raise Failure(f"the stack {stack.name} is {status}: {hint}", Exit.NOT_ENDED)
    stack_id = str(shown["StackId"])
    resources = list(_resources(cloudformation, stack_id))
    # A Create that failed without a rollback is sent again.
    made = [each for each in resources if each.get("ResourceStatus") not in ("CREATE_FAILED", "DELETE_COMPLETE")]
    physical_ids = {each["LogicalResourceId"]: str(each.get("PhysicalResourceId") or "") for each in made}
    jobs = [
        physical_ids[each["LogicalResourceId"]]
        for each in made
        if each["ResourceType"] == RESOURCE_TYPE and each["LogicalResourceId"] in physical_ids
    ]
    template = _template(cloudformation, stack_id)
    declared = replace(stack, template=template, told={}, nested={})
    nested = {}
    for each in made:
        logical_id = each["LogicalResourceId"]
        if each["ResourceType"] == STACK_TYPE and physical_ids[logical_id]:
            inner = stack.nested.get(logical_id) or DeclaredStack(name=logical_id, template={})
            record = _record(cloudformation, bedrock, inner, physical_ids[logical_id])
            if record is not None:
                nested[logical_id] = record
    return Record(
        stack_id=stack_id,
        declared=declared,
        physical_ids=physical_ids,
        parameters=_parameters(shown, template),
        jobs=_jobs(bedrock, stack_id, jobs),
        nested=nested,
        is_unsure=status in _UNSURE,
        failed=frozenset(
            each["LogicalResourceId"] for each in made if str(each.get("ResourceStatus")).endswith("_FAILED")
        ),
    )


def _described(cloudformation: Any, name: str) -> Mapping[str, Any]:
    try:
        with refusals(f"read the stack {name}"):
            stacks = cloudformation.describe_stacks(StackName=name).get("Stacks")
    except Failure as failure:
        if failure.code is Exit.NOT_FOUND:
            return {}
        raise
    if not stacks:
        raise not_of_aws(f"read the stack {name}")
    found: Mapping[str, Any] = stacks[0]
    return found


def _resources(cloudformation: Any, stack_id: str) -> Iterator[Mapping[str, Any]]:
    with refusals(f"read the stack {stack_id}"):
        for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_id):
            yield from page["StackResourceSummaries"]


def _template(cloudformation: Any, stack_id: str) -> Mapping[str, Any]:
    with refusals(f"read the template of {stack_id}"):
        body = cloudformation.get_template(StackName=stack_id, TemplateStage="Original")["TemplateBody"]
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            raise Failure(f"the template of {stack_id} is not JSON, so it is not one of the CDK", Exit.AWS) from None
    found: Mapping[str, Any] = body
    return found


def _parameters(shown: Mapping[str, Any], template: Mapping[str, Any]) -> dict[str, str]:
    """The values of parameters. That of an SSM parameter is what it led to. One with NoEcho is not known."""
    declared = template.get("Parameters") or {}
    found = {}
    for each in shown.get("Parameters", []):
        name = str(each["ParameterKey"])
        is_hidden = str(declared.get(name, {}).get("NoEcho", "false")).lower() == "true"
        value = each.get("ResolvedValue", each.get("ParameterValue", ""))
        found[name] = placeholder("NoEcho", name) if is_hidden else str(value)
    return found


def _current(aws: Aws, record: Record, stack: DeclaredStack) -> dict[str, str]:
    """What SSM parameters have now that the resources read. CloudFormation reads them at each deployment."""
    resources = json.dumps(stack.template.get("Resources", {}))
    names = {
        name: str(each.get("Default", ""))
        for name, each in stack.template.get("Parameters", {}).items()
        if str(each.get("Type", "")).startswith(_SSM) and f'"{name}"' in resources
    }
    if not names:
        return {}
    shown = _described(aws.client("cloudformation"), record.stack_id).get("Parameters", [])
    names |= {each["ParameterKey"]: each["ParameterValue"] for each in shown if each["ParameterKey"] in names}
    found = {}
    for name, parameter in names.items():
        with refusals(f"read the SSM parameter {parameter}"):
            found[name] = str(aws.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"])
    return found


def _exports(cloudformation: Any) -> dict[str, str]:
    with refusals("list the exports of CloudFormation"):
        pages = cloudformation.get_paginator("list_exports").paginate()
        return {str(each["Name"]): str(each["Value"]) for page in pages for each in page["Exports"]}


def _jobs(bedrock: Any, stack_id: str, physical_ids: Iterable[str]) -> list[Job]:
    """All jobs of a stack. Their names hold the first group of the GUID in the stack's id."""
    part = stack_id.rpartition("/")[2].partition("-")[0]
    with refusals("list the jobs of Amazon Bedrock"):
        pages = bedrock.get_paginator("list_model_invocation_jobs").paginate(nameContains=part)
        jobs = [Job.of(each) for page in pages for each in page["invocationJobSummaries"]]
    known = {job.arn for job in jobs}
    for physical_id in physical_ids:
        job_arn = PhysicalId.parse(physical_id).job_arn
        if job_arn and job_arn not in known and (job := _job(bedrock, job_arn)) is not None:
            jobs.append(job)
    return jobs


def _job(bedrock: Any, job_arn: str) -> Job | None:
    """A job that the list does not show: it may be too new, or Bedrock has forgotten it."""
    try:
        with refusals(f"read the job {job_arn}"):
            return Job.of(bedrock.get_model_invocation_job(jobIdentifier=job_arn))
    except Failure as failure:
        if failure.code is Exit.NOT_FOUND:
            return None
        raise
