"""The options of the storage of a folder: those of `BatchStorage`."""

from typing import Final

from bedrock_batch.options.kinds import Members, Option
from bedrock_batch.options.scalars import Flag, WholeNumber, Word
from bedrock_batch.options.texts_of_aws import ACCOUNT, BUCKET, KEY_ARN

# Amazon S3 API Reference, LifecycleExpiration: a positive integer of 32 bits.
_DAYS: Final = WholeNumber(1, 2**31 - 1, "days")
_S3: Final = "s3: bucket names"
_KMS: Final = "kms: key ARN"
_LIFECYCLE: Final = "s3: LifecycleExpiration"

STORAGE: Final = Members(
    options=(
        Option(
            name="removal_policy",
            kind=Word(("retain", "destroy")),
            sentence="What happens to buckets and key when they leave the stack. destroy also empties the buckets.",
            default="retain",
            source="cloudformation: DeletionPolicy",
        ),
        Option(
            name="input_retention_days",
            kind=_DAYS,
            sentence="Days after which records expire, at least the timeout of each job and one day.",
            default="records are kept",
            source=_LIFECYCLE,
            sets=("input_retention",),
        ),
        Option(
            name="output_retention_days",
            kind=_DAYS,
            sentence="Days after which output expires.",
            default="output is kept",
            source=_LIFECYCLE,
            sets=("output_retention",),
        ),
        Option(
            name="access_log_retention_days",
            kind=_DAYS,
            sentence="Days after which access logs expire.",
            default="365",
            source=_LIFECYCLE,
            sets=("access_log_retention",),
        ),
        Option(
            name="key",
            kind=KEY_ARN,
            sentence="The key of records and output.",
            default="a new key",
            source=_KMS,
        ),
        Option(
            name="input_key",
            kind=KEY_ARN,
            sentence="The key of the records only.",
            default="key",
            source=_KMS,
        ),
        Option(
            name="output_key",
            kind=KEY_ARN,
            sentence="The key of the output only.",
            default="key",
            source=_KMS,
        ),
        Option(
            name="input_bucket",
            kind=BUCKET,
            sentence="Your own bucket for the records.",
            default="a new bucket",
            source=_S3,
        ),
        Option(
            name="input_bucket_owner",
            kind=ACCOUNT,
            sentence="The account of your own input_bucket.",
            default="the stack's account",
            source="api: s3InputDataConfig.s3BucketOwner",
        ),
        Option(
            name="output_bucket",
            kind=BUCKET,
            sentence="Your own bucket for the output.",
            default="a new bucket",
            source=_S3,
        ),
        Option(
            name="output_bucket_owner",
            kind=ACCOUNT,
            sentence="The account of your own output_bucket.",
            default="the stack's account",
            source="api: s3OutputDataConfig.s3BucketOwner",
        ),
        Option(
            name="use_bucket_default_encryption",
            kind=Flag(),
            sentence="Whether jobs leave s3EncryptionKeyId out, so that the bucket's own encryption applies.",
            default="false",
            source="api: s3OutputDataConfig.s3EncryptionKeyId",
        ),
        Option(
            name="access_log_bucket",
            kind=BUCKET,
            sentence="Your own bucket for the access logs.",
            default="a new bucket",
            source=_S3,
        ),
    )
)
