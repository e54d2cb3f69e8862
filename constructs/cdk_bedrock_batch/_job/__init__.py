"""The parts of one declared job."""

from cdk_bedrock_batch._job import role
from cdk_bedrock_batch._job.bill import Bill
from cdk_bedrock_batch._job.declared import DeclaredJob, warn_of_required_policies
from cdk_bedrock_batch._job.region import check_places, check_region
from cdk_bedrock_batch._job.resource import JobResource, declare, job_bytes
from cdk_bedrock_batch._job.tags import JobTags

__all__ = [
    "Bill",
    "DeclaredJob",
    "JobResource",
    "JobTags",
    "check_places",
    "check_region",
    "declare",
    "job_bytes",
    "role",
    "warn_of_required_policies",
]
