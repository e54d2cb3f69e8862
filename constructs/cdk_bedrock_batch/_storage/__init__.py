"""How the buckets of a storage are made."""

from cdk_bedrock_batch._storage.bucket import new_bucket, refuse_other_encryption, whole_days

__all__ = [
    "new_bucket",
    "refuse_other_encryption",
    "whole_days",
]
