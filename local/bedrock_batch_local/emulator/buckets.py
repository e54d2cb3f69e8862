"""What IAM decisions need to know of a bucket: its owner, its default key, whether it has a bucket key."""

from __future__ import annotations

from ministack.core.responses import get_region, request_scope
from ministack.services import s3

KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"
# S3's condition key for the same.
KEY_CONDITION = f"s3:{KEY_HEADER}"


def owner(bucket: str) -> str | None:
    """The account that a bucket belongs to, or ``None`` if there is no such bucket."""
    # A copy of the keys is used: another thread may add a bucket, and MiniStack's own look-up iterates over the
    # dictionary.
    return next((account for account, name in list(s3._buckets._data) if name == bucket), None)


def policy(bucket: str) -> str:
    """The bucket's policy, empty if it has none."""
    return s3._bucket_policies.get_scoped(owner(bucket), None, bucket) or ""


def default_key(bucket: str) -> str | None:
    """The customer key of the bucket's default encryption, or ``None``."""
    with request_scope(owner(bucket) or "", get_region()):
        found: str | None = s3._bucket_default_sse_headers(bucket).get(KEY_HEADER)
    return found


def key_of_object(bucket: str, key: str) -> str | None:
    """The customer key that an object is encrypted with, or ``None``."""
    objects = (s3._buckets.get_scoped(owner(bucket), None, bucket) or {}).get("objects", {})
    found: str | None = objects.get(key, {}).get("preserved_headers", {}).get(KEY_HEADER)
    return found


def has_tags(path: str) -> bool:
    """Whether an object has tags. It is named ``<bucket>/<key>``."""
    bucket, _, key = path.partition("/")
    tagged = list(s3._object_tags._data.items())
    return any((name[0], name[1]) == (bucket, key) and bool(tags) for (_, name), tags in tagged)


def key_of_upload(upload_id: str) -> str | None:
    """The customer key that a multipart upload was started with, or ``None``."""
    uploads = list(s3._multipart_uploads._data.items())
    found: str | None = next(
        (upload["preserved_headers"].get(KEY_HEADER) for (_, known), upload in uploads if known == upload_id), None
    )
    return found


def has_bucket_key(bucket: str) -> bool:
    """Whether S3 calls KMS once for the bucket, not for each object."""
    configured = s3._bucket_encryption.get_scoped(owner(bucket), None, bucket) or ""
    return "BucketKeyEnabled>true<" in configured
