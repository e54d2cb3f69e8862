"""What a job gets of its input: places, uploads, digests."""

from cdk_bedrock_batch._input.bound import BoundInput, InputFile
from cdk_bedrock_batch._input.upload import assembly, drop_staged, new_asset, upload, with_suffix

__all__ = [
    "BoundInput",
    "InputFile",
    "assembly",
    "drop_staged",
    "new_asset",
    "upload",
    "with_suffix",
]
