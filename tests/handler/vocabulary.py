"""Short words of which stories and tests are made."""

from typing import Any

from botocore.exceptions import ClientError

from handler.world import ACCOUNT, REGION, World, properties

CFN_MADE_ID = "Reports-TicketsE1-1A2B3C4D5E6F"
OTHER_RUN = {"RunId": "2"}
HELD = {"Hold": "true"}
NO_JOB = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/abcdefghijkl"
VPC = {"vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}}
DAY = 24 * 3600.0


def refusal(code: str, message: str, operation: str = "CreateModelInvocationJob", *, status: int = 400) -> ClientError:
    """An error of the service with its own text."""
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    error: ClientError = ClientError(answer, operation)
    return error


NOT_ASSUMABLE = refusal("ValidationException", "Could not assume provided IAM role")


def created(world: World, **changes: Any) -> str:
    """The id of a job that a Create started."""
    return str(world.create(**changes)["PhysicalResourceId"])


def outcome(answer: dict[str, Any]) -> tuple[str, str]:
    """What CloudFormation does with an answer depends on these two."""
    return answer["Status"], answer["PhysicalResourceId"]


def by_hand(world: World, **members: Any) -> str:
    """A job like the declared one that somebody else started."""
    job = {name: value for name, value in properties()["Job"].items() if name not in ("tags", "timeoutDurationInHours")}
    started = world.bedrock.create_model_invocation_job(
        **job | {"jobName": "by-hand", "clientRequestToken": "x"} | members
    )
    return str(started["jobArn"])


def operator_stops(world: World, arn: str) -> None:
    """Somebody stops a job, and it ends."""
    world.bedrock.stop_model_invocation_job(jobIdentifier=arn)
    world.service_clock.advance(3600)


def started_and_running(job_arn: str) -> str:
    """What the answer of a request that failed says of the job that it had started."""
    return (
        f" {job_arn} was started by this request and may be running and billing. A rollback stops it, and deploying the"
        " same again takes it; else stop it with: aws bedrock stop-model-invocation-job --job-identifier"
        f" {job_arn} --region {REGION}."
    )


LEAVES: dict[str, Any] = {"OnRemoval": "LEAVE_RUNNING"}
FOUND = "#found-running"


def left_after_rollback(world: World, answer: dict[str, Any]) -> list[str]:
    """What runs after the Delete of a failed Create in a stack that rolls back."""
    assert answer["Status"] == "FAILED"
    world.cloudformation.fails_with = None
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.bedrock.faults.clear()
    assert world.delete(answer["PhysicalResourceId"])["Status"] == "SUCCESS"
    return world.live()
