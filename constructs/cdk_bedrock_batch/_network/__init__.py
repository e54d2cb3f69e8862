"""What is known of a VPC at synthesis, and its endpoints."""

from cdk_bedrock_batch._network.endpoints import interface_endpoint, s3_endpoints
from cdk_bedrock_batch._network.selection import selected
from cdk_bedrock_batch._network.watch import FUNCTION, JOB, watch_network

__all__ = [
    "FUNCTION",
    "JOB",
    "interface_endpoint",
    "s3_endpoints",
    "selected",
    "watch_network",
]
