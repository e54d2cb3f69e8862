"""The calls to Amazon S3: records are copied, and run files are written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bedrock_batch.s3_object import S3Object
from model_invocation_job.core.errors import UnreadableAnswerError
from model_invocation_job.core.progress import Progress
from model_invocation_job.io.aws_errors import called
from model_invocation_job.io.clients import Clients

_T = TypeVar("_T")
_COPY = "CopyObject"
_LIST = "ListObjectsV2"
_PUT = "PutObject"
OPERATIONS = frozenset({_COPY, _LIST, _PUT})


@dataclass(frozen=True)
class Objects:
    """Objects in S3. `owner` arguments are the accounts that must own the buckets.

    `progress` records each call. Each method makes one call for each page or object and raises `AwsError`. Nothing is
    repeated here.
    """

    clients: Clients
    progress: Progress

    def in_folder(self, folder: S3Object, owner: str | None) -> set[str]:
        """The keys of all objects in a folder."""
        found: set[str] = set()
        page = {"Bucket": folder.bucket, "Prefix": folder.key, **_owned("ExpectedBucketOwner", owner)}
        while True:
            answer = self._call(_LIST, self.clients.s3.list_objects_v2, page)
            if "KeyCount" not in answer:
                raise UnreadableAnswerError(_LIST)
            found |= {str(shown["Key"]) for shown in answer.get("Contents", [])}
            if not answer.get("NextContinuationToken"):
                return found
            page["ContinuationToken"] = answer["NextContinuationToken"]

    def copy(
        self, source: S3Object, source_owner: str, target: S3Object, owner: str | None, key_id: str | None
    ) -> None:
        """Copy an object inside S3, encrypted with a KMS key (`None`: as the bucket does)."""
        answer = self._call(
            _COPY,
            self.clients.s3.copy_object,
            {
                "Bucket": target.bucket,
                "Key": target.key,
                "CopySource": {"Bucket": source.bucket, "Key": source.key},
                "ExpectedSourceBucketOwner": source_owner,
                # `cdk gc` tags objects that it may remove later. Copying tags would need rights on tags.
                "TaggingDirective": "REPLACE",
                **_owned("ExpectedBucketOwner", owner),
                **_encrypted(key_id),
            },
        )
        if not answer.get("CopyObjectResult", {}).get("ETag"):
            raise UnreadableAnswerError(_COPY)

    def write(self, target: S3Object, content: bytes, owner: str | None, key_id: str | None) -> None:
        """Write a small JSON object, with the same encryption."""
        answer = self._call(
            _PUT,
            self.clients.s3.put_object,
            {
                "Bucket": target.bucket,
                "Key": target.key,
                "Body": content,
                "ContentType": "application/json",
                **_owned("ExpectedBucketOwner", owner),
                **_encrypted(key_id),
            },
        )
        if not answer.get("ETag"):
            raise UnreadableAnswerError(_PUT)

    def _call(self, operation: str, method: Callable[..., _T], arguments: Mapping[str, Any]) -> _T:
        self.progress.step = operation
        return called(operation, lambda: method(**arguments))


def _owned(argument: str, owner: str | None) -> dict[str, str]:
    return {argument: owner} if owner else {}


def _encrypted(key_id: str | None) -> dict[str, str]:
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key_id} if key_id else {}
