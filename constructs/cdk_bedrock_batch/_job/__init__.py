"""The parts of one declared job."""

from cdk_bedrock_batch._job import role
from cdk_bedrock_batch._job.base import ModelInvocationJobBase
from cdk_bedrock_batch._job.region import check_region
from cdk_bedrock_batch._job.resource import RESOURCE_TYPE, JobResource

__all__ = [
    "RESOURCE_TYPE",
    "JobResource",
    "ModelInvocationJobBase",
    "check_region",
    "role",
]
