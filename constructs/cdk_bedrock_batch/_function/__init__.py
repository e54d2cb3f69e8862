"""The function of a stack that starts its jobs."""

from cdk_bedrock_batch._function.handler import BatchHandler
from cdk_bedrock_batch._function.job_names import name_part

__all__ = [
    "BatchHandler",
    "name_part",
]
