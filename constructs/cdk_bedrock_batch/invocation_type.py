"""The two forms that a batch's records can have."""

from enum import StrEnum


class InvocationType(StrEnum):
    """What each record's `modelInput` is (`modelInvocationType` of CreateModelInvocationJob)."""

    INVOKE_MODEL = "InvokeModel"
    """The model's own request body, as for InvokeModel."""

    CONVERSE = "Converse"
    """A Converse request body (`messages`, `inferenceConfig`, ...) without `modelId`."""
