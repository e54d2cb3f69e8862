"""The KMS rights that S3 checks for its callers. MiniStack encrypts nothing and checks no rights on keys.

Every caller but an account's root is checked, both jobs and readers of their output. Required (Amazon S3 user guide,
UsingKMSEncryption and mpuoverview): ``kms:Decrypt`` to read, ``kms:GenerateDataKey`` to write, and both for the parts
of a multipart upload, since S3 reads them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.core import iam_actions
from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import kms

from bedrock_batch_local.emulator import arns, buckets
from bedrock_batch_local.emulator.buckets import KEY_CONDITION

# Not a condition key of S3: the two halves of this module use it to tell a part of an upload from a whole object.
_UPLOAD = "multipart-upload"
_NEEDED: dict[str, tuple[str, ...]] = {
    "s3:GetObject": ("kms:Decrypt",),
    "s3:GetObjectVersion": ("kms:Decrypt",),
    "s3:PutObject": ("kms:GenerateDataKey",),
}
_enforce = evaluator.enforce
_object_context = iam_actions._s3_object_context


def install() -> None:
    """Make MiniStack check the keys, once per process."""
    evaluator.enforce = _enforce_with_keys
    iam_actions._s3_object_context = _context_with_key


def _enforce_with_keys(  # noqa: PLR0917  (MiniStack's signature)
    access_key: str,
    action: str,
    service: str,
    region: str,
    resource_arn: str = "*",
    service_context: Mapping[str, Any] | None = None,
) -> evaluator.EvalResult | evaluator.AuthError | None:
    denied = _enforce(access_key, action, service, region, resource_arn, dict(service_context or {}))
    needed, bucket = _NEEDED.get(action), arns.bucket_of(resource_arn)
    if denied or not needed or not bucket or evaluator.is_root_access_key(access_key):
        return denied
    keys = service_context or {}
    writes = action == "s3:PutObject"
    key = _key_written(bucket, keys) if writes else buckets.key_of_object(bucket, resource_arn.partition("/")[2])
    if not key:
        return None
    if _UPLOAD in keys:
        needed = ("kms:GenerateDataKey", "kms:Decrypt")
    return next((denied for right in needed if (denied := _denied(access_key, right, key, region, resource_arn))), None)


def _denied(
    access_key: str, action: str, key: str, region: str, object_arn: str
) -> evaluator.EvalResult | evaluator.AuthError | None:
    record = _record(key)
    if not record or record.get("KeyState") != "Enabled":
        return evaluator.EvalResult("ImplicitDeny", reason="the key can not be used")
    bucket_arn, bucket = object_arn.partition("/")[0], arns.bucket_of(object_arn) or ""
    context = {
        "kms:ViaService": f"s3.{region}.amazonaws.com",
        "kms:CallerAccount": get_account_id(),
        "kms:EncryptionContextKeys": ["aws:s3:arn"],
        "kms:EncryptionContext:aws:s3:arn": bucket_arn if buckets.has_bucket_key(bucket) else object_arn,
        "kms:ResourceAliases": _aliases(record),
    }
    return _enforce(access_key, action, "kms", region, record["Arn"], context)


def _record(key: str) -> Mapping[str, Any] | None:
    """A key by its ARN in any account, or by an id or alias in the caller's account, whoever owns the bucket."""
    is_arn = key.startswith("arn:")
    account, region = (arns.account_of(key), arns.region_of(key)) if is_arn else (get_account_id(), get_region())
    with request_scope(account, region):
        record: Mapping[str, Any] | None = kms._resolve_key(key)
    return record


def _aliases(record: Mapping[str, Any]) -> list[str]:
    account, region = arns.account_of(record["Arn"]), arns.region_of(record["Arn"])
    with request_scope(account, region):
        found = [alias for alias, key_id in kms._aliases.items() if key_id == record["KeyId"]]
    return [alias.split(":", 5)[-1] for alias in found]


def _key_written(bucket: str, keys: Mapping[str, Any]) -> str | None:
    if KEY_CONDITION in keys or _UPLOAD in keys or "s3:x-amz-server-side-encryption" in keys:
        return keys.get(KEY_CONDITION)
    return buckets.default_key(bucket)


def _context_with_key(action: str, query: Mapping[str, Any], path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """The condition keys of an object request. They include the key of a write, which MiniStack leaves out."""
    context: dict[str, Any] = _object_context(action, query, path, headers)
    if action != "s3:PutObject":
        return context
    upload_id = (query.get("uploadId") or [""])[0]
    key = buckets.key_of_upload(upload_id) if upload_id else headers.get(buckets.KEY_HEADER)
    return context | ({_UPLOAD: upload_id} if upload_id else {}) | ({KEY_CONDITION: key} if key else {})
