"""A place in S3 that a job reads from or writes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from aws_cdk import Fn, Stack, Token

from cdk_bedrock_batch import _limits
from cdk_bedrock_batch._plain_text import check_text
from cdk_bedrock_batch._text import substitution

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_s3_assets as s3_assets
    from constructs import IConstruct

UPLOAD_SUFFIX: Final = ".jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Location:
    """An object, or a folder (a key that is empty or ends with `/`), in a bucket of an account."""

    bucket_name: str
    bucket_arn: str
    key: str
    bucket_owner: str
    encryption_key: kms.IKey | None
    bucket: s3.IBucket | None
    """None for the bucket of the CDK's assets."""
    substituted: bool
    """True if the name and the ARN are written for an Fn::Sub, False if they are values or CDK tokens."""

    @classmethod
    def in_bucket(
        cls, scope: IConstruct, bucket: s3.IBucket, *, key: str, bucket_owner: str, encryption_key: kms.IKey | None
    ) -> Self:
        """A place in any bucket, as the stack of `scope` sees it."""
        name = substitution(scope, bucket)
        arn = substitution(scope, bucket, "Arn")
        substituted = name is not None and arn is not None and not Token.is_unresolved(key)
        return cls(
            bucket_name=name if substituted and name else bucket.bucket_name,
            bucket_arn=arn if substituted and arn else bucket.bucket_arn,
            key=key,
            bucket_owner=bucket_owner,
            encryption_key=encryption_key,
            bucket=bucket,
            substituted=substituted,
        )

    def for_any_stack(self) -> Self:
        """The same place in texts that CDK carries into other stacks, as a policy of a principal there needs them."""
        if self.bucket is None:
            return self
        return replace(self, bucket_name=self.bucket.bucket_name, bucket_arn=self.bucket.bucket_arn, substituted=False)

    @classmethod
    def of_asset(cls, scope: IConstruct, asset: s3_assets.Asset) -> Self:
        """The object that `cdk deploy` uploads, in the bucket that bootstrapping made."""
        match Stack.of(scope).resolve([asset.s3_bucket_name, asset.s3_object_key]):
            case [{"Fn::Sub": str(name)}, str()]:
                arn = f"arn:${{AWS::Partition}}:s3:::{name}"
                substituted = True
            case _:
                name, arn = asset.s3_bucket_name, asset.bucket.bucket_arn
                substituted = False
        return cls(
            bucket_name=name,
            bucket_arn=arn,
            key=asset.s3_object_key,
            bucket_owner=Stack.of(scope).account,
            encryption_key=None,
            bucket=None,
            substituted=substituted,
        )

    def every_upload(self) -> Self:
        """The objects beside this one that CDK uploads with the same ending."""
        folder = "" if Token.is_unresolved(self.key) else self.key[: self.key.rfind("/") + 1]
        return replace(self, key=f"{folder}*{UPLOAD_SUFFIX}")

    @property
    def uri(self) -> str:
        """`s3Uri` of CreateModelInvocationJob."""
        return self._render(f"s3://{self.bucket_name}/{self.key}")

    @property
    def is_folder(self) -> bool:
        """True if the location stands for everything under it."""
        return not self.key or self.key.endswith("/")

    @property
    def rendered_bucket_arn(self) -> str:
        """The IAM resource of the bucket."""
        return self._render(self.bucket_arn)

    @property
    def objects_arn(self) -> str:
        """The IAM resource of the object, or of every object in the folder."""
        return self._render(f"{self.bucket_arn}/{self.key}{'*' if self.is_folder else ''}")

    @property
    def list_prefixes(self) -> list[str]:
        """What `s3:prefix` of a ListBucket call may be, for a StringLike condition; empty for a whole bucket.

        No pattern matches a call without a prefix, so a whole bucket must have no such condition.
        """
        if not self.is_folder:
            return [f"{self.key}*"]
        folder = self.key.removesuffix("/")
        return [folder, f"{folder}/*"] if folder else []

    def _render(self, text: str) -> str:
        return Fn.sub(text) if self.substituted else text


def folder_key(option: str, prefix: str) -> str:
    """Check a prefix and give it the final slash that makes it a folder; the empty prefix is the whole bucket.

    :raises ValueError: the prefix holds a character that `s3Uri` must not hold, or is too long.
    """
    if not prefix:
        return prefix
    folder = f"{prefix.removesuffix('/')}/"
    check_key(option, folder)
    return folder


def check_key(option: str, key: str) -> None:
    """Check the characters and the length of an S3 key or prefix.

    :raises ValueError: naming the option and what may be in it.
    """
    check_text(
        option,
        key,
        _limits.S3_KEY_PATH,
        "a path of letters, digits and -!_'(). with single slashes",
    )
    if len(key) > _limits.S3_KEY_LENGTH:
        raise ValueError(f"{option} must be at most {_limits.S3_KEY_LENGTH} characters long, got {len(key)}")


def check_account(option: str, account: str) -> None:
    """Check an account id.

    :raises ValueError: it is not twelve digits.
    """
    check_text(option, account, _limits.ACCOUNT_ID, "an account id of 12 digits")
