"""What happens after the start of a job: its outcome, and who is told of it."""

from cdk_bedrock_batch.monitoring.outcome import Outcome, PartialRun
from cdk_bedrock_batch.monitoring.told import Told

__all__ = ["Outcome", "PartialRun", "Told"]
