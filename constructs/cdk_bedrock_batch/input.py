"""Where a batch inference job's records come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import AssetHashType
from aws_cdk import aws_s3_assets as s3_assets

from cdk_bedrock_batch import _limits
from cdk_bedrock_batch._location import S3Location, check_account, check_key, folder_key
from cdk_bedrock_batch._plain_text import TOKEN, check_text, is_token
from cdk_bedrock_batch.records import RecordFile, check_file_name, read_records

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_s3 as s3
    from constructs import Construct, IDependable


@dataclass(frozen=True, slots=True)
class BoundInput:
    """An input as one job uses it."""

    location: S3Location
    digest: str | None
    """SHA-256 of the records of an uploaded file: the same records are the same input, wherever they lie. None: the
    location counts."""
    revision: str | None
    """What the user says of data that lives in a bucket; another value, like another location, starts a new job."""
    dependencies: tuple[IDependable, ...]


class JobInput(ABC):
    """The records of a batch inference job; made by `from_file` or `from_bucket`, and usable for several jobs."""

    @staticmethod
    def from_file(
        path: str | Path,
        *,
        max_records: int = _limits.MAXIMUM_RECORDS,
        max_bytes: int = _limits.MAXIMUM_INPUT_BYTES,
    ) -> JobInput:
        """Take a local `.jsonl` file, which `cdk deploy` uploads and the job reads in place from the CDK asset bucket.

        The file is read and checked now: see `records.read_records`. New records start a new job; the same records,
        even under another name or with other line ends, do not.

        :param path: relative paths start from the current directory.
        :param max_records: quota "Records per batch inference job" of the account, for those who had it raised;
            default: 100,000.
        :param max_bytes: quota "Batch inference input file size" in bytes, likewise; default: 1,073,741,824.
        :raises ValueError: naming file, line and reason of the first ten faults.
        """
        file = Path(path)
        return _FileInput(file, read_records(file, max_records=max_records, max_bytes=max_bytes))

    @staticmethod
    def from_bucket(
        bucket: s3.IBucket,
        *,
        key: str | None = None,
        prefix: str | None = None,
        digest: str | None = None,
        bucket_owner: str | None = None,
        encryption_key: kms.IKey | None = None,
    ) -> JobInput:
        """Take records that are already in S3 when the job starts: one `.jsonl` object, or every one in a folder.

        The service checks them minutes after the job has started, so faults show as a failed job. A bucket of another
        account needs a bucket policy, and its key a key policy, that let the job's service role in: see
        `ModelInvocationJob.required_policies`.

        :param bucket: in the stack's Region.
        :param key: the object to read; exactly one of `key` and `prefix` is needed.
        :param prefix: the folder to read, nested folders included; the empty text is the whole bucket. Models that read
            media from S3 need the folder in which the media lie, too.
        :param digest: SHA-256 of the records in lower-case hexadecimal digits. Give another one to start a new job for
            changed records in the same place. Default: none; then changed records do not start a job, a new `run_id`
            does.
        :param bucket_owner: 12-digit id of the account that owns the bucket; default: the account that the bucket
            construct names, which is the stack's for a bucket imported by name.
        :param encryption_key: with which the records are encrypted; the job's role may then decrypt with it. Default:
            the key that the bucket construct knows, if any.
        :raises ValueError: both or neither of `key` and `prefix`, or a value that CreateModelInvocationJob would not
            accept.
        """
        if (key is None) is (prefix is None):
            raise ValueError("from_bucket needs exactly one of key and prefix")
        if key is not None and not is_token(key):
            check_key("key", key)
            check_file_name(TOKEN.sub("x", key), key)
        if digest is not None:
            check_text("digest", digest, _limits.SHA256, "64 lower-case hexadecimal digits")
        owner = bucket.env.account if bucket_owner is None else bucket_owner
        check_account("bucket_owner", owner)
        folder_or_key = folder_key("prefix", prefix or "") if key is None else key
        return _BucketInput(bucket, folder_or_key, digest, owner, encryption_key or bucket.encryption_key)

    @abstractmethod
    def bind(self, scope: Construct) -> BoundInput:
        """Make the input available to the job `scope`; called by `ModelInvocationJob`."""


@dataclass(frozen=True, slots=True)
class _FileInput(JobInput):
    path: Path
    content: RecordFile

    def bind(self, scope: Construct) -> BoundInput:
        # One hash for the run and for the uploaded file.
        asset = s3_assets.Asset(
            scope,
            "Input",
            path=str(self.path.absolute()),
            asset_hash=self.content.sha256,
            asset_hash_type=AssetHashType.CUSTOM,
        )
        return BoundInput(S3Location.of_asset(scope, asset), self.content.sha256, None, ())


@dataclass(frozen=True, slots=True)
class _BucketInput(JobInput):
    bucket: s3.IBucket
    key: str
    digest: str | None
    bucket_owner: str
    encryption_key: kms.IKey | None

    def bind(self, scope: Construct) -> BoundInput:
        location = S3Location.in_bucket(
            scope,
            self.bucket,
            key=self.key,
            bucket_owner=self.bucket_owner,
            encryption_key=self.encryption_key,
        )
        return BoundInput(location, None, self.digest, (self.bucket,))
