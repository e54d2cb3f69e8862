"""Files of records, each read once for all jobs that use it alike."""

from cdk_bedrock_batch._records.reading import read_once

__all__ = ["read_once"]
