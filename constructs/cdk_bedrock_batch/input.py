"""Where a batch inference job's records come from."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from aws_cdk import AssetHashType, Stage, Validations
from aws_cdk import aws_s3_assets as s3_assets

from bedrock_batch import limits
from bedrock_batch.places import object_name
from bedrock_batch.records import check_file, check_file_name
from cdk_bedrock_batch._checks import TOKEN, check_account, check_key, check_text, checked, folder_key, is_token
from cdk_bedrock_batch._records import read_once
from cdk_bedrock_batch._template import EncryptionKey, S3Location

if TYPE_CHECKING:
    from aws_cdk import Size
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_s3 as s3
    from constructs import Construct, IDependable

    from bedrock_batch.families import Family
    from cdk_bedrock_batch._template import StackView
    from cdk_bedrock_batch.storage import BatchStorage

# Hexadecimal digits of the digest in the key of a copy: enough to tell the inputs of one job apart.
_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that `cdk deploy` uploads and the handler copies into the storage."""

    uploaded: S3Location
    name: str
    """Name of the copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundInput:
    """The input as a job uses it."""

    location: S3Location
    """The location that the job reads."""
    reads: S3Location
    """What the service role may read: the same for all runs of the job whose records are in the same place."""
    files: tuple[InputFile, ...] = ()
    records: int | None = None
    """Number of records; None if it is not known."""
    digest: str | None = None
    """SHA-256 of the records of an uploaded file: the same records are the same input, wherever the file is. None: the
    location decides."""
    revision: str | None = None
    """The user's digest of records that are in a bucket. A new digest, like a new location, starts a new job."""
    dependencies: tuple[IDependable, ...]

    @property
    def uploaded(self) -> S3Location | None:
        """The place to which the files are uploaded, if there are any."""
        return self.files[0].uploaded if self.files else None


class JobInput(ABC):
    """The records of a batch inference job. Made by `from_file` or `from_bucket`. Several jobs can share it.

    Example::

        bucket = s3.Bucket.from_bucket_name(stack, "Records", "my-records")
        source = JobInput.from_bucket(bucket, prefix="2026-11-26")
    """

    @staticmethod
    @checked
    def from_file(
        path: str | Path,
        *,
        max_records: int = limits.MAXIMUM_RECORDS,
        max_size: Size | None = None,
    ) -> JobInput:
        """Read the records from a local JSONL file.

        `cdk deploy` uploads it. Before the job starts, the file is copied inside S3 into the job's folder of the input
        bucket, `<folder>/<16 digits of the digest>/<file name>.jsonl`, and encrypted with the storage's key. The job
        reads the copy. Characters of the name that `s3Uri` does not allow become `_`.

        Each job that uses the file reads and checks it when it is declared, since the checks depend on its model: see
        `records.read_records`. New records start a new job. The same records under another name or with other line
        ends do not.

        :param path: relative paths start from the current directory.
        :param max_records: quota "Records per batch inference job" of the account, if AWS has raised it. Default:
            100,000.
        :param max_size: quota "Batch inference input file size" of the account, if AWS has raised it. At most 5 GiB,
            which is the limit of a copy in Amazon S3. Default: 1 GiB.
        :raises ValueError: there is no such file, or it is larger than `max_size` or compressed. A job that uses it
            raises ValueError for faults of the records: the error names file, line, member and reason.
        """
        max_bytes = limits.MAXIMUM_INPUT_BYTES if max_size is None else int(max_size.to_bytes())
        if max_size is not None and max_bytes > limits.MAXIMUM_COPY_BYTES:
            raise ValueError(
                f"max_size must be at most 5 GiB, which is what Amazon S3 copies at once, got "
                f"{max_size.to_human_string()}"
            )
        file = Path(path)
        check_file(file, max_bytes)
        return _FileInput(file, max_records, max_bytes)

    @staticmethod
    @checked
    def from_bucket(
        bucket: s3.IBucket,
        *,
        key: str | None = None,
        prefix: str | None = None,
        digest: str | None = None,
        bucket_owner: str | None = None,
        encryption_key: kms.IKey | None = None,
    ) -> JobInput:
        """Use records that are in S3 when the job starts: one `.jsonl` object, or all of them in a folder.

        The service checks them some minutes after the job has started, so faults appear as a failed job. A bucket of
        another account needs a bucket policy that allows the job's service role, and its key needs such a key policy:
        see `ModelInvocationJob.required_policies`.

        :param bucket: in the stack's Region.
        :param key: the object to read. Give either `key` or `prefix`.
        :param prefix: the folder to read, with all folders in it. The empty text is the whole bucket. Models that read
            media from S3 need the folder that also has the media.
        :param digest: SHA-256 of the records in lower-case hexadecimal digits. A new digest starts a new job for
            changed records in the same place. Default: none. Then changed records start no job, but a new `run_id`
            does.
        :param bucket_owner: 12-digit id of the account that owns the bucket. Default: the account that the bucket
            construct names. For a bucket that is imported by name, that is the stack's account.
        :param encryption_key: the key that encrypts the records. The job's role may then decrypt with it. Default: the
            key that the bucket construct knows, if any.
        :raises ValueError: both or neither of `key` and `prefix` are given, or CreateModelInvocationJob would not
            accept a value.
        """
        if (key is None) is (prefix is None):
            raise ValueError('from_bucket needs exactly one of key and prefix; prefix="" is the whole bucket')
        if key is not None and not is_token(key):
            check_key("key", key)
            check_file_name(TOKEN.sub("x", key), key)
        if digest is not None:
            check_text("digest", digest, limits.SHA256, "64 lower-case hexadecimal digits")
        if bucket_owner is not None:
            check_account("bucket_owner", bucket_owner)
        location = S3Location.in_bucket(
            bucket,
            key=folder_key("prefix", prefix or "") if key is None else key,
            bucket_owner=bucket_owner,
            encryption_key=None if encryption_key is None else EncryptionKey.of(encryption_key),
        )
        return _BucketInput(bucket, location, digest)

    @abstractmethod
    def _bind(
        self, scope: Construct, view: StackView, storage: BatchStorage, folder: str, family: Family | None
    ) -> BoundInput:
        """Make the input available to a job. Called by `ModelInvocationJob`.

        :param scope: the job.
        :param view: the stack of the job.
        :param storage: the storage of the job.
        :param folder: the folder of the job in the input bucket, with a final slash.
        :param family: the family of the job's model; None if it is not known.
        """


@dataclass(frozen=True, slots=True)
class _FileInput(JobInput):
    path: Path
    max_records: int
    max_bytes: int

    def _bind(
        self, scope: Construct, view: StackView, storage: BatchStorage, folder: str, family: Family | None
    ) -> BoundInput:
        content = read_once(self.path, family, max_records=self.max_records, max_bytes=self.max_bytes)
        if content.warnings:
            Validations.of(scope).add_warning("cdk-bedrock-batch:records", "\n".join(content.warnings))
        digest, name = content.sha256, object_name(self.path.name)
        # One hash for the run and for the uploaded file. The file is needed until the deployment has copied it.
        asset = s3_assets.Asset(
            scope,
            "Input",
            path=str(_with_suffix(scope, self.path.absolute(), digest)),
            asset_hash=digest,
            asset_hash_type=AssetHashType.CUSTOM,
            deploy_time=True,
        )
        return BoundInput(
            location=storage._input_location(f"{folder}{digest[:_DIGITS]}/{name}"),
            reads=storage._input_location(folder),
            files=(InputFile(S3Location.of_asset(view, asset), name),),
            records=content.records,
            digest=digest,
            dependencies=(storage.input_bucket,),
        )


def _with_suffix(scope: Construct, path: Path, digest: str) -> Path:
    """The path of the file, ending with `.jsonl`: the uploaded object's key ends like the path."""
    if path.suffix == limits.INPUT_SUFFIX:
        return path
    linked = Path(cast("Stage", Stage.of(scope)).outdir) / f"{digest}{limits.INPUT_SUFFIX}"
    linked.unlink(missing_ok=True)
    try:
        linked.symlink_to(path)
    except OSError:
        # On Windows only some users may make links.
        shutil.copyfile(path, linked)
    return linked


@dataclass(frozen=True, slots=True)
class _BucketInput(JobInput):
    bucket: s3.IBucket
    location: S3Location
    digest: str | None

    def _bind(
        self,
        scope: Construct,  # noqa: ARG002 - it is read in place
        view: StackView,  # noqa: ARG002 - as scope
        storage: BatchStorage,
        folder: str,  # noqa: ARG002 - as scope
        family: Family | None,  # noqa: ARG002 - Amazon Bedrock checks the records
    ) -> BoundInput:
        location = self.location
        if location.encryption_key is None and self.bucket is storage.input_bucket:
            location = storage._input_location(location.key)
        return BoundInput(location=location, reads=location, revision=self.digest, dependencies=(self.bucket,))
