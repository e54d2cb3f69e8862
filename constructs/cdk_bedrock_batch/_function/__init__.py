"""What a stack has once: its functions, and how their code is staged."""

from cdk_bedrock_batch._function.handler import BatchHandler
from cdk_bedrock_batch._function.job_names import name_part

__all__ = [
    "BatchHandler",
    "name_part",
]
