"""The buckets and the key of a stack's batch inference jobs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Self

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from bedrock_batch import limits
from cdk_bedrock_batch._checks import check_account, checked, folder_key
from cdk_bedrock_batch._iam import grants
from cdk_bedrock_batch._storage import new_bucket, refuse_other_encryption, whole_days
from cdk_bedrock_batch._template import EncryptionKey, S3Location

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam

    from cdk_bedrock_batch._template import StackView

# Without it CDK grants access to the log bucket by an ACL, which a bucket with enforced ownership cannot have.
_LOGS_BY_POLICY = "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy"
_DEFAULT_ID = "BedrockBatchStorage"


class BatchStorage(Construct):
    """Encrypted buckets for records and output, one for their access logs, and the key of the first two.

    All buckets refuse public access, plain HTTP and ACLs, keep versions and delete incomplete uploads after seven days.
    Records and output are encrypted with a customer-managed key that rotates every year, through S3 bucket keys. An
    upload that asks S3 for an encryption without KMS is refused. An upload that names no encryption gets the key. S3
    itself encrypts the access logs, since by default it does not deliver server access logs to buckets with a KMS key.

    Example::

        storage = BatchStorage(stack, "Storage", output_retention=Duration.days(90))
        storage.grant_read_output(iam.Role.from_role_name(stack, "Analyst", "analyst"))
    """

    key: kms.IKey | None
    """The key that is created here. None if both buckets are your own, or each has a key of its own."""
    input_bucket: s3.IBucket
    """The bucket of the records. Local files are copied into it before a job starts."""
    output_bucket: s3.IBucket
    """The bucket of the output. Each job writes under its own prefix."""
    input_bucket_owner: str
    """Account of the input bucket."""
    input_key: kms.IKey | None
    """Encrypts the records in the input bucket. None if the bucket has no key that is known here."""
    output_bucket_owner: str
    """Account of the output bucket."""
    output_key: kms.IKey | None
    """Encrypts the output. None if the output bucket's default encryption applies and its key is not known."""
    sends_output_key: bool
    """True if jobs name `output_key` as `s3EncryptionKeyId`, False if the bucket's default encryption applies."""
    access_log_bucket: s3.IBucket | None
    """Receives the access logs of the buckets that are created here. None if there are none."""

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey | None = None,
        input_key: kms.IKey | None = None,
        output_key: kms.IKey | None = None,
        input_bucket: s3.IBucket | None = None,
        input_bucket_owner: str | None = None,
        output_bucket: s3.IBucket | None = None,
        output_bucket_owner: str | None = None,
        use_bucket_default_encryption: bool = False,
        access_log_bucket: s3.IBucket | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        input_retention: Duration | None = None,
        output_retention: Duration | None = None,
        access_log_retention: Duration | None = None,
    ) -> None:
        """Create what is not given.

        :param key: for records and output. A key or an alias. Its key policy is extended where that is needed and
            possible. Default: a new customer-managed key.
        :param input_key: for records only. Default: `key`, or the key that your `input_bucket` knows.
        :param output_key: for output only. Default: `key`, or the key that your `output_bucket` knows, or else the
            default encryption of the bucket.
        :param input_bucket: default: a new bucket. A bucket of another account needs a bucket policy, see
            `ModelInvocationJob.required_policies`.
        :param input_bucket_owner: 12-digit id of the account of your own `input_bucket`. Default: the account that the
            bucket construct names. For a bucket that is imported by name, that is the stack's account.
        :param output_bucket: default: a new bucket. A bucket of another account needs a bucket policy, see
            `ModelInvocationJob.required_policies`.
        :param output_bucket_owner: 12-digit id of the account of your own `output_bucket`. Default: the account that
            the bucket construct names. For a bucket that is imported by name, that is the stack's account.
        :param use_bucket_default_encryption: leave `s3EncryptionKeyId` out, so that the output bucket's default
            encryption applies. If its key is known here, the jobs' roles may use it. The output bucket then denies no
            kind of encryption, since AWS does not document which one Amazon Bedrock requests. Default: jobs name the
            key of the output.
        :param access_log_bucket: default: a new bucket. A bucket that CDK does not manage needs a bucket policy for log
            delivery.
        :param removal_policy: what happens to everything created here when it leaves the stack. `DESTROY` also empties
            the buckets. Default: `RETAIN`.
        :param input_retention: whole days after which records expire, counted from the start of their job. At least the
            timeout of each job that uploads a file (168 hours, if it has none) and one day. Default: records are kept.
        :param output_retention: whole days after which output expires. Default: output is kept.
        :param access_log_retention: whole days after which access logs expire. Default: 365 days. In all buckets, a
            deleted or overwritten object is kept as an older version for 30 days, an expired object for one day.
        :raises ValueError: a retention is not a positive number of whole days, or is for a bucket of your own; or an
            account is not 12 digits, or is for a bucket that is created here.
        """
        super().__init__(scope, construct_id)
        _refuse_unused("input_bucket", input_bucket, "input_retention", input_retention)
        _refuse_unused("output_bucket", output_bucket, "output_retention", output_retention)
        _refuse_unused("access_log_bucket", access_log_bucket, "access_log_retention", access_log_retention)
        _check_owner("input_bucket", input_bucket, input_bucket_owner)
        _check_owner("output_bucket", output_bucket, output_bucket_owner)
        self.node.set_context(_LOGS_BY_POLICY, True)
        self._removal_policy = removal_policy
        makes_bucket = input_bucket is None or output_bucket is None
        needs_key = (input_bucket is None and input_key is None) or (output_bucket is None and output_key is None)

        self.key = key or (self._new_key() if needs_key else None)
        log_days = whole_days("access_log_retention", access_log_retention) or Duration.days(365)
        self.access_log_bucket = access_log_bucket or (
            new_bucket(self, "AccessLogBucket", log_days, self._removal_policy) if makes_bucket else None
        )
        self._input_retention = whole_days("input_retention", input_retention)
        self.input_bucket = input_bucket or self._data_bucket(
            "InputBucket", self._input_retention, input_key or self.key
        )
        self.output_bucket = output_bucket or self._data_bucket(
            "OutputBucket", whole_days("output_retention", output_retention), output_key or self.key
        )
        self.input_key = input_key or self.input_bucket.encryption_key or key
        self.output_key = output_key or key or self.output_bucket.encryption_key
        self.input_bucket_owner = input_bucket_owner or self.input_bucket.env.account
        self.output_bucket_owner = output_bucket_owner or self.output_bucket.env.account
        self.sends_output_key = not use_bucket_default_encryption
        self._input = _whole(self.input_bucket, self.input_bucket_owner, self.input_key)
        self._output = _whole(self.output_bucket, self.output_bucket_owner, self.output_key)
        for bucket in (self.input_bucket, self.output_bucket if self.sends_output_key else None):
            if bucket is not None and bucket.node.scope is self:
                refuse_other_encryption(bucket)

    @classmethod
    def _of_stack(cls, view: StackView) -> Self:
        """The storage that jobs of a stack share by default. The first of them creates it."""
        return view.shared(_DEFAULT_ID, cls, lambda stack: cls(stack, _DEFAULT_ID))

    @property
    def _is_destroyed(self) -> bool:
        """Whether anything that is created here is deleted when the storage leaves its stack."""
        makes = any(isinstance(each, s3.Bucket | kms.Key) for each in self.node.children)
        return makes and self._removal_policy is RemovalPolicy.DESTROY

    def _check_retention(self, job: Construct, timeout_hours: int | None) -> None:
        """Check that records are kept as long as a job may read them. Called by `ModelInvocationJob`.

        :raises ValueError: they would expire before the job's timeout and one day are over.
        """
        if self._input_retention is None or self._input_retention.is_unresolved():
            return
        hours = timeout_hours or limits.DEFAULT_TIMEOUT_HOURS
        days = math.ceil(hours / 24) + 1
        if self._input_retention.to_days() < days:
            raise ValueError(
                f"{job.node.path}: input_retention must be at least {days} days, the timeout of the job ({hours} hours"
                f"{'' if timeout_hours else ' if none is given'}) and a day, got "
                f"{self._input_retention.to_human_string()}; keep records longer, or give the job a shorter timeout"
            )

    def _input_location(self, key: str) -> S3Location:
        """An object or a folder of the input bucket. The key of a folder ends with a slash."""
        return self._input.at(key)

    def _output_location(self, folder: str) -> S3Location:
        """A folder of the output bucket. Its key ends with a slash."""
        return self._output.at(folder)

    @property
    def _sent_key_arn(self) -> str | None:
        """`s3EncryptionKeyId` of a job: the ARN of the key, or of the alias if the key is not known."""
        key = self._output.encryption_key
        return key.arn if key is not None and self.sends_output_key else None

    @checked
    def grant_write_input(self, grantee: iam.IGrantable, *, prefix: str = "") -> iam.Grant:
        """Grant the right to write records into the input bucket, encrypted with its key.

        :param prefix: the folder that the principal may write. Default: the whole bucket.
        :raises ValueError: `prefix` has a character that `s3Uri` does not allow.
        """
        return grants.write_objects(grantee, self._input_location(folder_key("prefix", prefix)))

    @checked
    def grant_read_output(self, grantee: iam.IGrantable, *, prefix: str = "") -> iam.Grant:
        """Grant the right to list, read and decrypt output. For one job see `ModelInvocationJob.grant_read_output`.

        :param prefix: the folder that the principal may read. Default: the whole bucket.
        :raises ValueError: `prefix` has a character that `s3Uri` does not allow.
        """
        return grants.read_objects(grantee, self._output_location(folder_key("prefix", prefix)))

    def _new_key(self) -> kms.Key:
        return kms.Key(
            self,
            "Key",
            description="Records and output of Amazon Bedrock batch inference jobs",
            enable_key_rotation=True,
            removal_policy=self._removal_policy,
        )

    def _data_bucket(self, construct_id: str, retention: Duration | None, key: kms.IKey | None) -> s3.Bucket:
        return new_bucket(
            self, construct_id, retention, self._removal_policy, key=key, access_log_bucket=self.access_log_bucket
        )


def _whole(bucket: s3.IBucket, owner: str, key: kms.IKey | None) -> S3Location:
    return S3Location.in_bucket(
        bucket, bucket_owner=owner, encryption_key=None if key is None else EncryptionKey.of(key)
    )


def _refuse_unused(bucket_option: str, bucket: s3.IBucket | None, option: str, retention: Duration | None) -> None:
    if bucket is not None and retention is not None:
        raise ValueError(
            f"{option} is for a bucket made here; set the lifecycle rules of the given {bucket_option} itself"
        )


def _check_owner(bucket_option: str, bucket: s3.IBucket | None, owner: str | None) -> None:
    if owner is None:
        return
    if bucket is None:
        raise ValueError(f"{bucket_option}_owner is for a bucket that is brought in, needs {bucket_option}")
    check_account(f"{bucket_option}_owner", owner)
