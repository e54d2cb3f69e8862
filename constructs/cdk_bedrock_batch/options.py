"""The words that a job's options take; each option also takes the text itself."""

from enum import StrEnum


class InvocationType(StrEnum):
    """What each record's `modelInput` is (`modelInvocationType` of CreateModelInvocationJob)."""

    INVOKE_MODEL = "InvokeModel"
    """The model's own request body, as for InvokeModel."""

    CONVERSE = "Converse"
    """A Converse request body (`messages`, `inferenceConfig`, ...) without `modelId`."""


class JobGate(StrEnum):
    """What a deployment waits for. Never for the job's end, which takes up to seven days."""

    SUBMITTED = "SUBMITTED"
    """Amazon Bedrock has accepted the job."""
    VALIDATED = "VALIDATED"
    """Amazon Bedrock has checked rights, files and records as well, which takes minutes; a job that fails in that time
    fails the deployment with the service's own message. A job that fails for missing rights within 15 minutes of the
    beginning of the stack operation is tried once more, since a new role or bucket is not known everywhere at once."""


class OnRemoval(StrEnum):
    """What happens to the job when its resource is deleted or its run is replaced by another."""

    STOP = "STOP"
    """It is stopped, and the deployment waits, bounded, until nothing writes any more."""
    LEAVE_RUNNING = "LEAVE_RUNNING"
    """The job keeps running, and is billed, to its own end; its service role stays for that. The same run declared
    again in the same stack takes the job back and starts no second one. A deployment that is rolled back still stops
    what it had started."""
