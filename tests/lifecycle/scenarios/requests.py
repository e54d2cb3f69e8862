"""Requests of CreateModelInvocationJob: those that others make, those that were sent, and how they are refused."""

from typing import Any

from botocore.exceptions import ClientError

from handler.world import World
from lifecycle.scenarios.stage import CREATE, A


def refusal(code: str, message: str) -> ClientError:
    """What boto3 raises when CreateModelInvocationJob is refused."""
    error: ClientError = ClientError({"Error": {"Code": code, "Message": message}}, "CreateModelInvocationJob")
    return error


def by_hand(world: World, **members: Any) -> str:
    """A job that somebody else starts."""
    job = A["Job"]
    request = {
        "jobName": "by-hand",
        "roleArn": job["roleArn"],
        "modelId": job["modelId"],
        "modelInvocationType": "Converse",
        "inputDataConfig": job["inputDataConfig"],
        "outputDataConfig": job["outputDataConfig"],
    }
    return str(world.bedrock.create_model_invocation_job(**request | members)["jobArn"])


def sent(world: World) -> dict[str, Any]:
    """The arguments of the first CreateModelInvocationJob."""
    return next(arguments for method, arguments in world.bedrock.calls if method == CREATE)
