"""The calls to Amazon S3: small JSON objects are read, and the marker is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from batch_outcome.core.document import LARGEST
from batch_outcome.core.errors import AwsError, ClosedPlaceError
from batch_outcome.io.calls import called, unreadable
from bedrock_batch.job import Job
from bedrock_batch.s3_object import S3Object

_GET, _LIST, _PUT = "GetObject", "ListObjectsV2", "PutObject"
_GONE = frozenset({"NoSuchKey", "NoSuchBucket", "404"})


@dataclass(frozen=True)
class Objects:
    """Objects in the output location of a job. `client` is a boto3 `s3` client. Each method raises `AwsError`."""

    client: Any

    def read(self, job: Job, place: S3Object) -> bytes | None:
        """The content of an object, or the first megabyte of it. `None` if there is none.

        :raises ClosedPlaceError: S3 refuses the object, and does not say whether it exists.
        """
        try:
            return self._content(job, place)
        except AwsError as error:
            if error.code in _GONE:
                return None
            # Without the right to list the bucket, S3 says the same of an object that is not there.
            if error.code == "AccessDenied" and self._is_gone(job, place):
                return None
            raise

    def write(self, job: Job, place: S3Object, content: bytes) -> None:
        """Write a JSON object, encrypted as the job's output is."""
        key_id = job.output_key
        answer = called(
            _PUT,
            lambda: self.client.put_object(
                Bucket=place.bucket,
                Key=place.key,
                Body=content,
                ContentType="application/json",
                **_owned(job),
                **({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key_id} if key_id else {}),
            ),
        )
        if not answer.get("ETag"):
            raise unreadable(_PUT)

    def _content(self, job: Job, place: S3Object) -> bytes:
        content: list[bytes] = []

        def read() -> Mapping[str, Any]:
            answer: Mapping[str, Any] = self.client.get_object(Bucket=place.bucket, Key=place.key, **_owned(job))
            # The connection may also break while the body is read.
            content.append(answer["Body"].read(LARGEST + 1))
            return answer

        answer = called(_GET, read)
        if len(content[0]) < min(answer.get("ContentLength", 0), LARGEST):
            raise unreadable(_GET)
        return content[0]

    def _is_gone(self, job: Job, place: S3Object) -> bool:
        """Whether S3 lists no object with this key."""
        page = {"Bucket": place.bucket, "Prefix": place.key, "MaxKeys": 1, **_owned(job)}
        try:
            answer = called(_LIST, lambda: self.client.list_objects_v2(**page))
        except AwsError as error:
            if error.passes:
                raise
            raise ClosedPlaceError(_LIST, error.code, passes=False) from error
        if "KeyCount" not in answer:
            raise unreadable(_LIST)
        return all(shown.get("Key") != place.key for shown in answer.get("Contents", []))


def _owned(job: Job) -> dict[str, str]:
    return {"ExpectedBucketOwner": job.output_owner} if job.output_owner else {}
