"""The values of a job's options. Each option also accepts the value as a text."""

from enum import StrEnum


class InvocationType(StrEnum):
    """The form of each record's `modelInput` (`modelInvocationType` of CreateModelInvocationJob).

    Example::

        ModelInvocationJob(stack, "Summaries", model=model, input=records, invocation_type=InvocationType.CONVERSE)
    """

    INVOKE_MODEL = "InvokeModel"
    """The model's own request body, as for InvokeModel."""

    CONVERSE = "Converse"
    """A Converse request body (`messages`, `inferenceConfig`, ...) without `modelId`."""


class JobGate(StrEnum):
    """What a deployment waits for. It never waits for the end of the job, which takes up to seven days.

    Example::

        ModelInvocationJob(stack, "Summaries", model=model, input=records, gate=JobGate.VALIDATED)
    """

    SUBMITTED = "SUBMITTED"
    """Amazon Bedrock has accepted the job."""
    VALIDATED = "VALIDATED"
    """Amazon Bedrock has checked the rights, the files and the records, which takes minutes. A job that fails before
    that fails the deployment, with the service's own message. If it fails for missing rights within 15 minutes after
    the stack operation began, it is tried once more, since a new role or bucket may not be known everywhere yet."""


class OnRemoval(StrEnum):
    """What happens to the job when its resource is deleted or its run is replaced.

    Example::

        ModelInvocationJob(stack, "Summaries", model=model, input=records, on_removal=OnRemoval.LEAVE_RUNNING)
    """

    STOP = "STOP"
    """The job is stopped. The deployment waits, for a limited time, until it no longer writes."""
    LEAVE_RUNNING = "LEAVE_RUNNING"
    """The job keeps running to its end, and is billed. Its service role stays until then. If the same run is declared
    again in the same stack, the stack adopts the job and starts no second one. A rollback still stops the job that its
    deployment had started."""
