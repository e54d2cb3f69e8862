"""A place in S3 that a job reads from or writes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from bedrock_batch.limits import INPUT_SUFFIX
from cdk_bedrock_batch._checks import has_token
from cdk_bedrock_batch._template.bucket import NamedBucket

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_s3_assets as s3_assets

    from cdk_bedrock_batch._template.key import EncryptionKey
    from cdk_bedrock_batch._template.stack_view import StackView


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Location:
    """An object or a folder in a bucket of an account. The key of a folder is empty or ends with `/`."""

    bucket_name: str
    bucket_arn: str
    key: str
    bucket_owner: str
    encryption_key: EncryptionKey | None = None
    bucket: s3.IBucket | None = None
    """None for the bucket of CDK's assets."""

    @classmethod
    def in_bucket(
        cls,
        bucket: s3.IBucket,
        *,
        key: str = "",
        bucket_owner: str | None = None,
        encryption_key: EncryptionKey | None = None,
    ) -> Self:
        """A place in any bucket.

        :param key: default: the whole bucket.
        :param bucket_owner: default: the account that the bucket construct names.
        :param encryption_key: default: the key that the bucket construct knows, if any.
        """
        named = NamedBucket.of(bucket)
        return cls(
            bucket_name=named.name,
            bucket_arn=named.arn,
            key=key,
            bucket_owner=named.account if bucket_owner is None else bucket_owner,
            encryption_key=named.encryption_key if encryption_key is None else encryption_key,
            bucket=bucket,
        )

    @classmethod
    def of_asset(cls, view: StackView, asset: s3_assets.Asset) -> Self:
        """The object that `cdk deploy` uploads into the bucket of the bootstrap stack."""
        name = view.asset_bucket(asset)
        return cls(
            bucket_name=name,
            bucket_arn=f"arn:{view.partition}:s3:::{name}",
            key=asset.s3_object_key,
            bucket_owner=view.account,
        )

    def at(self, key: str) -> Self:
        """Another place in the same bucket."""
        return replace(self, key=key)

    def every_upload(self) -> Self:
        """All assets of CDK in this bucket with the same file extension."""
        folder = "" if has_token(self.key) else self.key[: self.key.rfind("/") + 1]
        return self.at(f"{folder}*{INPUT_SUFFIX}")

    @property
    def uri(self) -> str:
        """`s3Uri` of CreateModelInvocationJob."""
        return f"s3://{self.bucket_name}/{self.key}"

    @property
    def is_folder(self) -> bool:
        """True if the location stands for all objects in it."""
        return not self.key or self.key.endswith("/")

    @property
    def objects_arn(self) -> str:
        """The IAM resource of the object, or of every object in the folder."""
        return f"{self.bucket_arn}/{self.key}{'*' if self.is_folder else ''}"

    @property
    def list_prefixes(self) -> list[str]:
        """The values of `s3:prefix` in a ListBucket call, for a StringLike condition. Empty for a whole bucket.

        A call without a prefix matches no pattern, so a whole bucket must have no such condition.
        """
        if not self.is_folder:
            return [f"{self.key}*"]
        folder = self.key.removesuffix("/")
        return [folder, f"{folder}/*"] if folder else []
