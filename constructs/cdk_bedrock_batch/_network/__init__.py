"""What is known of a VPC at synthesis."""

from cdk_bedrock_batch._network.watch import FUNCTION, JOB, watch_network

__all__ = [
    "FUNCTION",
    "JOB",
    "watch_network",
]
