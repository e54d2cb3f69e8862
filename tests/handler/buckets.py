"""The calls of S3 that the functions make, answered as boto3 answers them."""

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.response import StreamingBody

from bedrock_batch_local.engine.availability import Availability
from bedrock_batch_local.engine.client import answered
from bedrock_batch_local.engine.clock import ManualClock
from bedrock_batch_local.engine.errors import BatchApiError
from bedrock_batch_local.engine.faults import Fault, Faults, When

_LARGEST_COPY = 5 * 1024**3


@dataclass
class Stored:
    """An object; `key_id` is what its upload asked to be encrypted with, empty if nothing."""

    body: bytes
    modified_at: float
    key_id: str = ""
    size: int = 0

    @property
    def etag(self) -> str:
        """Not an MD5, as for every object that is encrypted with a KMS key."""
        return f'"{hashlib.sha256(self.body + self.key_id.encode()).hexdigest()[:32]}"'


@dataclass
class Buckets:
    """Every bucket that a test names is there, with the objects that were put into it.

    `owners` are the accounts of buckets, by name (default: `owner`). What does not exist is answered as to a caller
    who may not list, unless the bucket is `listable`.
    """

    clock: ManualClock
    owner: str
    faults: Faults
    objects: dict[tuple[str, str], Stored] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    listable: set[str] = field(default_factory=set)
    page_size: int = 1000

    def put(self, uri: str, body: bytes, size: int = 0) -> None:
        """Upload an object, as somebody else than the handler."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        self.objects[bucket, key] = Stored(body, self.clock.now(), size=size or len(body))

    def found(self, uri: str) -> Stored | None:
        """An object, `None` if there is none."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return self.objects.get((bucket, key))

    def take(self, uri: str) -> bytes:
        """Delete an object, which must be there. Its content."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return self.objects.pop((bucket, key)).body

    def uris(self) -> list[str]:
        """The URIs of all objects."""
        return sorted(f"s3://{bucket}/{key}" for bucket, key in self.objects)

    def fault(self, operation: str, error: BaseException | str, when: When = "before", times: int = 1) -> None:
        """Let the next calls of an operation fail, as for the client of Bedrock."""
        self.faults.add(operation, Fault(error, when, times))


class BucketsClient:
    """A boto3 `s3` client for one account; `calls` lists the calls as `(method, arguments)`."""

    def __init__(
        self, buckets: Buckets, wait: Callable[[float], None], availability: Availability | None = None
    ) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._buckets = buckets
        self._wait = wait
        self._availability = availability

    def copy_object(self, **arguments: Any) -> dict[str, Any]:
        def effect() -> dict[str, Any]:
            source = arguments["CopySource"]
            self._check_owner(source["Bucket"], arguments.get("ExpectedSourceBucketOwner"))
            self._check_owner(arguments["Bucket"], arguments.get("ExpectedBucketOwner"))
            found = self._found(source["Bucket"], source["Key"])
            if found.size > _LARGEST_COPY:
                raise BatchApiError("InvalidRequest", "The specified copy source is too large")
            stored = self._store(arguments, found.body)
            return {"CopyObjectResult": {"ETag": stored.etag, "LastModified": _moment(stored.modified_at)}}

        return self._call("copy_object", "CopyObject", arguments, effect)

    def get_object(self, **arguments: Any) -> dict[str, Any]:
        def effect() -> dict[str, Any]:
            self._check_owner(arguments["Bucket"], arguments.get("ExpectedBucketOwner"))
            found = self._found(arguments["Bucket"], arguments["Key"])
            body = StreamingBody(io.BytesIO(found.body), len(found.body))
            return {"ETag": found.etag, "ContentLength": len(found.body), "Body": body}

        answer = self._call("get_object", "GetObject", arguments, effect)
        if isinstance(answer["Body"], str):
            # A proxy's page is a body, too.
            answer["Body"] = StreamingBody(io.BytesIO(answer["Body"].encode()), None)
        return answer

    def put_object(self, **arguments: Any) -> dict[str, Any]:
        def effect() -> dict[str, Any]:
            self._check_owner(arguments["Bucket"], arguments.get("ExpectedBucketOwner"))
            return {"ETag": self._store(arguments, arguments["Body"]).etag}

        return self._call("put_object", "PutObject", arguments, effect)

    def list_objects_v2(self, **arguments: Any) -> dict[str, Any]:
        def effect() -> dict[str, Any]:
            self._check_owner(arguments["Bucket"], arguments.get("ExpectedBucketOwner"))
            found = {
                key: stored
                for (bucket, key), stored in sorted(self._buckets.objects.items())
                if bucket == arguments["Bucket"] and key.startswith(arguments["Prefix"])
            }
            first = int(arguments.get("ContinuationToken", 0))
            page = list(found.items())[first : first + self._buckets.page_size]
            answer: dict[str, Any] = {"KeyCount": len(page), "IsTruncated": first + len(page) < len(found)}
            if answer["IsTruncated"]:
                answer["NextContinuationToken"] = str(first + len(page))
            if page:
                answer["Contents"] = [
                    {"Key": key, "ETag": each.etag, "LastModified": _moment(each.modified_at)} for key, each in page
                ]
            return answer

        return self._call("list_objects_v2", "ListObjectsV2", arguments, effect)

    def _call(
        self, method: str, operation: str, arguments: Mapping[str, Any], effect: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        self.calls.append((method, dict(arguments)))

        def through() -> dict[str, Any]:
            self._strike(operation, "before")
            answer = effect()
            self._strike(operation, "after")
            return answer

        return answered(operation, through)

    def _strike(self, operation: str, when: When) -> None:
        self._buckets.faults.strike(operation, when, self._wait)
        if self._availability is not None:
            self._availability.check(operation, when)

    def _found(self, bucket: str, key: str) -> Stored:
        if (found := self._buckets.objects.get((bucket, key))) is not None:
            return found
        if bucket in self._buckets.listable:
            raise BatchApiError("NoSuchKey", "The specified key does not exist.")
        raise BatchApiError("AccessDenied", "Access Denied")

    def _check_owner(self, bucket: str, expected: str | None) -> None:
        if expected not in (None, self._buckets.owners.get(bucket, self._buckets.owner)):
            raise BatchApiError("AccessDenied", "Access Denied")

    def _store(self, arguments: Mapping[str, Any], body: bytes) -> Stored:
        stored = Stored(body, self._buckets.clock.now(), arguments.get("SSEKMSKeyId", ""), len(body))
        self._buckets.objects[arguments["Bucket"], arguments["Key"]] = stored
        return stored


def _moment(seconds: float) -> datetime:
    # S3 shows whole seconds.
    return datetime.fromtimestamp(int(seconds), UTC)
