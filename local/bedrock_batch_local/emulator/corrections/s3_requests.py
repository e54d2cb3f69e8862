"""What S3 responds about owners, and to callers without the right to list. MiniStack responds otherwise.

* A bucket, or the source of a copy, that belongs to another account than ``x-amz-expected-bucket-owner`` or
  ``x-amz-source-expected-bucket-owner`` says is 403 (Amazon S3 user guide, "Verifying bucket ownership").
* A copy may have its target in another account than its source.
* A copy takes the tags of its source along, for which its caller needs ``s3:GetObjectTagging`` there and
  ``s3:PutObjectTagging`` on the target, unless it is told to replace them (CopyObject).
* An object that does not exist is 404 for a caller who may list the bucket, else 403 (Amazon S3 API Reference,
  GetObject, HeadObject and CopyObject).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import get_region, request_scope
from ministack.services import s3

from bedrock_batch_local.emulator import arns, buckets

_Answer = tuple[int, dict[str, str], bytes]
_EXPECTED_OWNER = "x-amz-expected-bucket-owner"
_EXPECTED_SOURCE_OWNER = "x-amz-source-expected-bucket-owner"
_SOURCE = "x-amz-copy-source"
_TAGGING = "x-amz-tagging-directive"
_READS = frozenset({"GET", "HEAD"})
_dispatch = s3._dispatch
_own_bucket = s3._ensure_bucket


def install() -> None:
    """Replace MiniStack's rules with these, once per process."""
    s3._dispatch = _dispatch_as_s3
    s3._ensure_bucket = _bucket_of_any_account


def _dispatch_as_s3(  # noqa: PLR0917  (MiniStack's signature)
    method: str, bucket: str, key: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
) -> _Answer:
    source = unquote(headers.get(_SOURCE, "").partition("?")[0]).lstrip("/")
    read = source if source and method == "PUT" else f"{bucket}/{key}" if method in _READS and key else ""
    for header, name in ((_EXPECTED_OWNER, bucket), (_EXPECTED_SOURCE_OWNER, source.partition("/")[0])):
        if header in headers and buckets.owner(name) not in (None, headers[header]):
            return _denied(name)
    if source and method == "PUT" and not _may_copy_tags(source, f"{bucket}/{key}", headers, query):
        return _denied(source)
    answer: _Answer = _dispatch(method, bucket, key, headers, body, query)
    if read and _says_no_such_key(method, answer) and not _may_list(read.partition("/")[0], headers, query):
        return _denied(read)
    return answer


def _says_no_such_key(method: str, answer: _Answer) -> bool:
    # The response to HEAD has no body.
    return answer[0] == 404 and (method == "HEAD" or b"<Code>NoSuchKey<" in answer[2])


def _may_list(bucket: str, headers: Mapping[str, str], query: Mapping[str, Any]) -> bool:
    if buckets.owner(bucket) is None:
        return True
    return _may("s3:ListBucket", bucket, headers, query)


def _may_copy_tags(source: str, target: str, headers: Mapping[str, str], query: Mapping[str, Any]) -> bool:
    if headers.get(_TAGGING, "COPY").upper() == "REPLACE" or not buckets.has_tags(source):
        return True
    needed = (("s3:GetObjectTagging", source), ("s3:PutObjectTagging", target))
    return all(_may(action, resource, headers, query) for action, resource in needed)


def _may(action: str, resource: str, headers: Mapping[str, str], query: Mapping[str, Any]) -> bool:
    access_key = s3.extract_access_key_id(headers, query)
    if not access_key:
        return False
    # The bucket's owner has been checked by now. The rights are the caller's.
    with request_scope(arns.account_of(evaluator.caller_arn()), get_region()):
        return not evaluator.enforce(access_key, action, "s3", get_region(), f"arn:aws:s3:::{resource}", {})


def _bucket_of_any_account(name: str) -> Any:
    """A bucket by its name, which is unique in all accounts. Whether the caller may use it was decided before."""
    found = _own_bucket(name)
    return found if found is not None else s3._buckets.get_scoped(buckets.owner(name), None, name)


def _denied(resource: str) -> _Answer:
    answer: _Answer = s3._error("AccessDenied", "Access Denied", 403, f"/{resource}")
    return answer
