"""How values are written into a template."""

from cdk_bedrock_batch._template import pseudo
from cdk_bedrock_batch._template.asked_once import AskedOnce
from cdk_bedrock_batch._template.bucket import NamedBucket
from cdk_bedrock_batch._template.key import EncryptionKey
from cdk_bedrock_batch._template.location import S3Location
from cdk_bedrock_batch._template.place import job_folder, stack_folder
from cdk_bedrock_batch._template.size import template_bytes
from cdk_bedrock_batch._template.stack_view import StackView

__all__ = [
    "AskedOnce",
    "EncryptionKey",
    "NamedBucket",
    "S3Location",
    "StackView",
    "job_folder",
    "pseudo",
    "stack_folder",
    "template_bytes",
]
