"""S3 for a job: MiniStack over HTTP with the service role's credentials. Failures become the job's messages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

from bedrock_batch_local import sdk
from bedrock_batch_local.emulator import buckets
from bedrock_batch_local.iam.service_role import ServiceRole
from bedrock_batch_local.work.locations import InputLocation, OutputLocation
from bedrock_batch_local.work.records import InvalidInput

_CHUNK = 1 << 20
# The SDK's own default: larger objects are uploaded in parts, for which S3 also requires kms:Decrypt. AWS does not
# document how Bedrock writes.
_LARGEST_WHOLE = 8 << 20
_TRANSFER = TransferConfig(multipart_threshold=_LARGEST_WHOLE, multipart_chunksize=_LARGEST_WHOLE, use_threads=False)


class JobBucketAccess:
    """Reads a job's input and writes its output. Raises ``InvalidInput`` if a right is missing."""

    def __init__(self, endpoint_url: str, region: str, role: ServiceRole, credentials: sdk.Keys) -> None:
        self._role = role
        self._credentials = credentials
        self._client = sdk.client("s3", endpoint_url, region, credentials)

    def input_files(
        self, location: InputLocation, *, with_prefix: bool = True, is_too_young: bool = False
    ) -> list[tuple[str, int]]:
        """Keys and sizes of the input files, sorted by key.

        A whole bucket is listed without a prefix. Without ``with_prefix``, so is every other place.
        """
        found: list[tuple[str, int]] = []
        no_access = InvalidInput(
            f"Could not validate ListBucket permissions for S3URI s3://{location.bucket}/{location.prefix}"
        )
        if is_too_young or buckets.owner(location.bucket) != location.owner:
            raise no_access
        only_there = {"Prefix": location.prefix} if with_prefix and location.prefix else {}
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=location.bucket, **only_there)
            for page in pages:
                found += [(entry["Key"], entry["Size"]) for entry in page.get("Contents", ())]
        except (ClientError, BotoCoreError):
            raise no_access from None
        return [(key, size) for key, size in found if key.startswith(location.prefix) and location.holds(key)]

    def read(self, bucket: str, key: str) -> Iterator[bytes]:
        """The bytes of an input file, in chunks. A missing right on the key appears as GetObject, as on AWS."""
        try:
            answer = self._client.get_object(Bucket=bucket, Key=key)
        except (ClientError, BotoCoreError):
            raise _no_access("GetObject", bucket, key) from None
        return iter(answer["Body"].iter_chunks(_CHUNK))

    def check_write(self, location: OutputLocation, keys: list[str], kms_key: str | None) -> None:
        """Check that all output could be written, without writing any."""
        owned = buckets.owner(location.bucket) == location.owner
        for key in keys:
            if not owned or not self._role.may_put(self._credentials, location.bucket, key, kms_key):
                raise _no_access("PutObject", location.bucket, key)

    def write(self, bucket: str, key: str, body: bytes, kms_key: str | None) -> None:
        """Write one output object."""
        encryption: dict[str, Any] = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
        try:
            self._client.upload_fileobj(io.BytesIO(body), bucket, key, ExtraArgs=encryption, Config=_TRANSFER)
        except (ClientError, BotoCoreError):
            raise _no_access("PutObject", bucket, key) from None


def _no_access(operation: str, bucket: str, key: str) -> InvalidInput:
    return InvalidInput(f"Could not validate {operation} permissions to access Amazon S3 bucket: {bucket} at key {key}")
