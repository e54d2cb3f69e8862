"""Creates a bucket of a storage: private, versioned, with access logs and the requested retention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from cdk_bedrock_batch._iam import actions
from cdk_bedrock_batch._nag import acknowledge, findings

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from constructs import Construct

# Time to notice a deletion by mistake.
_OLDER_VERSIONS = Duration.days(30)


def new_bucket(
    scope: Construct,
    construct_id: str,
    retention: Duration | None,
    removal_policy: RemovalPolicy,
    *,
    key: kms.IKey | None = None,
    access_log_bucket: s3.IBucket | None = None,
) -> s3.Bucket:
    """Create a bucket, encrypted with a key or by S3 itself. Objects expire after the retention, if there is one."""
    bucket = s3.Bucket(
        scope,
        construct_id,
        encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
        encryption_key=key,
        bucket_key_enabled=True if key else None,
        server_access_logs_bucket=access_log_bucket,
        server_access_logs_prefix=f"{construct_id}/" if access_log_bucket else None,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        versioned=True,
        lifecycle_rules=_lifecycle(retention),
        removal_policy=removal_policy,
        auto_delete_objects=removal_policy is RemovalPolicy.DESTROY,
    )
    acknowledge(bucket, findings.ids(findings.DATA_BUCKET if key else findings.ACCESS_LOG_BUCKET))
    return bucket


def refuse_other_encryption(bucket: s3.IBucket) -> None:
    """Deny uploads that name another encryption than KMS. The default encryption of the bucket does not apply to these.

    Most uploads name no encryption and get the bucket's key. So the header is checked only if it is there.
    """
    kind = "s3:x-amz-server-side-encryption"
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=[*actions.PUT_OBJECTS],
            resources=[bucket.arn_for_objects("*")],
            conditions={"Null": {kind: "false"}, "StringNotEquals": {kind: ["aws:kms", "aws:kms:dsse"]}},
        )
    )


def whole_days(option: str, retention: Duration | None) -> Duration | None:
    """Check a retention, which S3 counts in days.

    :raises ValueError: it is not a positive number of whole days.
    """
    if retention is None or retention.is_unresolved():
        return retention
    milliseconds = retention.to_milliseconds()
    if milliseconds <= 0 or milliseconds % Duration.days(1).to_milliseconds():
        raise ValueError(f"{option} must be a positive number of whole days, got {retention.to_human_string()}")
    return retention


def _lifecycle(retention: Duration | None) -> list[s3.LifecycleRule]:
    clean_up = s3.LifecycleRule(
        id="CleanUp",
        abort_incomplete_multipart_upload_after=Duration.days(7),
        # S3 refuses this together with an expiration in the same rule.
        expired_object_delete_marker=True,
    )
    # In a versioned bucket an expired object becomes an older version. That version must be deleted soon after.
    older = s3.LifecycleRule(
        id="Expire",
        expiration=retention,
        noncurrent_version_expiration=_OLDER_VERSIONS if retention is None else Duration.days(1),
    )
    return [clean_up, older]
