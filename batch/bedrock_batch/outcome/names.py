"""Names that the function and a template must know alike: of the event and of the metrics."""

from enum import StrEnum
from typing import Final

SOURCE: Final = "cdk-bedrock-batch"
DETAIL_TYPE: Final = "Batch Inference Job Outcome"

PERCENT_DIGITS: Final = 9
"""The digits after the point of a percentage that is compared with a threshold."""
NAMESPACE: Final = "BedrockBatch"
STACK_NAME: Final = "StackName"
"""Dimension of metrics of all jobs of a stack."""
LOGICAL_ID: Final = "LogicalId"
"""With `STACK_NAME`, the dimensions of metrics of one job: all runs of one resource."""


class RunOutcome(StrEnum):
    """How a run went as a whole.

    Example::

        job = ModelInvocationJob(stack, "Triage", model=model, input=records, outcome=Outcome())
        job.on_outcome("Repair", outcomes=[RunOutcome.DEGRADED, RunOutcome.FAILED])
    """

    GOOD = "good"
    DEGRADED = "degraded"
    FAILED = "failed"
    STOPPED = "stopped"
    EXPIRED = "expired"


class OutcomeMetric(StrEnum):
    """The metrics in `NAMESPACE`. Those marked with * exist for the whole stack, too."""

    FAILED_JOBS = "FailedJobs"
    """* At each end: 1 if the outcome is failed or expired, else 0."""
    DEGRADED_JOBS = "DegradedJobs"
    """* At each end: 1 if the outcome is degraded, else 0."""
    ERROR_RATE = "ErrorRate"
    """* At each end with known counts: percent of the records that have an error, 0 to 100."""
    MISSING_RECORDS = "MissingRecords"
    """At each end with known counts: records without any output."""
    INPUT_TOKENS = "InputTokens"
    """At each end with known tokens."""
    OUTPUT_TOKENS = "OutputTokens"
    """At each end with known tokens."""
    DURATION = "Duration"
    """At each end with known times: seconds from submission to end."""
    HOURS_SINCE_SUBMISSION = "HoursSinceSubmission"
    """While a job is live: at each look of the schedule."""
    TIMEOUT_USED = "TimeoutUsed"
    """* While a job is live, at each look of the schedule: percent of its timeout that has passed."""
