"""The tag that says in whose care a job is, as tests see it and set it."""

from typing import Any

from handler.world import STACK_ID, World
from model_invocation_job.care import CARE_TAG
from model_invocation_job.identity import ResourceIdentity

LEAVES = {"OnRemoval": "LEAVE_RUNNING"}
OWN_MARK = ResourceIdentity(STACK_ID, "TicketsE1").mark
OTHERS_MARK = ResourceIdentity(STACK_ID, "Other").mark


def holder_of(world: World, arn: str) -> str | None:
    """What the tag says, `None` without one."""
    tags = world.bedrock.list_tags_for_resource(resourceARN=arn)["tags"]
    return next((tag["value"] for tag in tags if tag["key"] == CARE_TAG), None)


def put_into_care(world: World, arn: str, holder: str) -> None:
    """Set the tag."""
    world.bedrock.tag_resource(resourceARN=arn, tags=[{"key": CARE_TAG, "value": holder}])


def turn_after(world: World, after: str, status: str) -> None:
    """Let the stack turn around as soon as the handler has made a call."""
    call = getattr(world.bedrock, after)

    def turning(**arguments: Any) -> Any:
        answer = call(**arguments)
        world.cloudformation.status = status
        return answer

    setattr(world.bedrock, after, turning)
