"""What a stack has once: the function, its policy and its code."""

from cdk_bedrock_batch._function.handler import BatchHandler
from cdk_bedrock_batch._function.job_names import name_part

__all__ = [
    "BatchHandler",
    "name_part",
]
