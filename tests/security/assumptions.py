"""What the statements take for granted about batch inference and no page of AWS says, each with its way out.

`make live` settles them on a real account: an assumption names the question there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Another run_id, since a policy starts no job.
_ADD: Final = "another `run_id`, and `job.service_role.add_to_principal_policy(iam.PolicyStatement(...))`"


@dataclass(frozen=True, slots=True)
class Assumption:
    """One assumption.

    `number` is how the page marks what rests on it, `says` what is taken for granted, `if_wrong` what a user would see
    then, `way_out` what to write in that case, `question` the key of the question of `make live` that settles it.
    """

    number: str
    says: str
    if_wrong: str
    way_out: str
    question: str


PROFILE_KEY: Final = Assumption(
    "A1",
    "When a job invokes a model through a geographic or application inference profile, IAM sees the profile as "
    "`bedrock:InferenceProfileArn`, as it does for calls of the runtime",
    "the job fails late, in `InProgress`: `Customer doesn't have permissions to invokeModel`",
    "another `run_id`, and `BatchModel.from_model_id(..., restrict_to_profile=False)`; in a job file "
    "`restrict_to_profile: false`. The role may then invoke the models without the profile, too, in every Region that "
    "it names; `destination_regions=` limits these",
    "profile-key",
)
GLOBAL_KEYS: Final = Assumption(
    "A2",
    "For a global profile IAM sees the profile, too, and `aws:RequestedRegion` as the stack's Region or `unspecified`. "
    "The page on global profiles says this, and lists batch inference as supported",
    PROFILE_KEY.if_wrong,
    PROFILE_KEY.way_out,
    "global-keys",
)
LIST_PREFIX: Final = Assumption(
    "A3",
    "A job lists its input and its output with their keys as `prefix`; a folder's may end with a slash or not. Only a "
    "job that reads a whole bucket lists without a prefix",
    "the job fails in `Validating`: `Could not validate ListBucket permissions for S3URI ...`",
    f"{_ADD} with `s3:ListBucket` on the bucket",
    "list-prefix",
)
S3_ACTIONS: Final = Assumption(
    "A4",
    "A job needs no other action of S3. A role of AWS's own for Amazon SageMaker Unified Studio has "
    "`s3:GetBucketLocation`, `s3:AbortMultipartUpload` and `s3:ListMultipartUploadParts` as well; the page on batch "
    "inference has none of them",
    "the job fails in `Validating` or when it writes: `Could not validate ... permissions to access Amazon S3 bucket "
    "...`",
    f"{_ADD} with these actions on the buckets and their objects",
    "s3-actions",
)
ENCRYPTION: Final = Assumption(
    "A5",
    "Amazon Bedrock writes with `aws:kms`, or asks S3 for no encryption",
    "the job fails: `Could not validate PutObject permissions to access Amazon S3 bucket ...`",
    "a bucket of your own, whose policy does not deny it: `BatchStorage(output_bucket=)`",
    "encryption",
)
CUSTOM_MODEL: Final = Assumption(
    "A6",
    "A job of a custom model needs `bedrock:InvokeModel` on the custom model, and nothing else",
    PROFILE_KEY.if_wrong,
    f"{_ADD} with what is missing",
    "custom-model",
)
START_RIGHTS: Final = Assumption(
    "A7",
    "To start a job through a profile, `bedrock:CreateModelInvocationJob` on the profile, its models and the job is "
    "enough. The pages name the models and the job only",
    "the deployment fails, nothing was started: `CreateModelInvocationJob: AccessDeniedException: ... is not "
    "authorized to perform ...`",
    "add what the text names to the function's role, "
    '`Stack.of(job).node.find_child("BedrockBatchHandler").node.find_child("Role")`',
    "start-rights",
)
ASSUMPTIONS: Final = (PROFILE_KEY, GLOBAL_KEYS, LIST_PREFIX, S3_ACTIONS, ENCRYPTION, CUSTOM_MODEL, START_RIGHTS)
