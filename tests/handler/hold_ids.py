"""The ids of the resource that stories of hold are about."""

from typing import Any

from bedrock_batch.run import physical_id
from bedrock_batch.run.identity import ResourceIdentity
from handler.world import ACCOUNT, REGION, STACK_ID

RESOURCE = ResourceIdentity(STACK_ID, "TicketsE1")
HELD_ID = physical_id.held(RESOURCE)
HELD_ARN = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/held"
TAGGED: dict[str, Any] = {"Job": {"tags": [{"key": "team", "value": "sales"}]}}


def arn_of(text: str) -> str:
    """The job that an id names."""
    return physical_id.PhysicalId.parse(text).job_arn
