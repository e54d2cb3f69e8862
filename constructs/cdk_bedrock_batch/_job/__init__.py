"""The parts of one declared job."""

from cdk_bedrock_batch._job import role
from cdk_bedrock_batch._job.declared import DeclaredJob, warn_of_required_policies
from cdk_bedrock_batch._job.estimate import estimate_within
from cdk_bedrock_batch._job.region import check_places, check_region
from cdk_bedrock_batch._job.resource import RESOURCE_TYPE, JobResource, job_bytes
from cdk_bedrock_batch._job.tags import JobTags

__all__ = [
    "RESOURCE_TYPE",
    "DeclaredJob",
    "JobResource",
    "JobTags",
    "check_places",
    "check_region",
    "estimate_within",
    "job_bytes",
    "role",
    "warn_of_required_policies",
]
