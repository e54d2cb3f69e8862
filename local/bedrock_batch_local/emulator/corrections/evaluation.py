"""Corrects MiniStack's decisions across accounts, and those that depend on a role's path.

MiniStack was made for one account. It reads the policies of buckets and keys in the caller's own account only, takes
the session's ARN for ``aws:PrincipalArn``, and allows wildcards in a policy's principal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.core import iam_actions
from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import get_region, request_scope
from ministack.services import iam, kms, s3

from bedrock_batch_local.emulator import arns, buckets

_condition_value = evaluator._resolve_condition_key
_any_principal_matches = evaluator._principal_matches
_foreign_bucket_allows = s3._foreign_bucket_allows
_OWNER_KEYS = ("aws:resourceaccount", "s3:resourceaccount")


def install() -> None:
    """Replace MiniStack's rules with these, once per process."""
    evaluator._resolve_condition_key = _resolve_condition_key
    evaluator._principal_matches = _principal_matches
    s3.bucket_policy_for_arn = _bucket_policy
    s3._foreign_bucket_allows = _bucket_of_another_account_allows
    kms.key_policy_for_arn = _key_policy


def principal_arn(caller_arn: str) -> str:
    """``aws:PrincipalArn`` of a caller. For a role's session it is the role, with its path."""
    account, name = arns.role_of_session(caller_arn)
    role = iam._roles.get_scoped(account, None, name) if name else None
    return str(role["Arn"]) if role else caller_arn


def _resolve_condition_key(key: str, request: evaluator.EvalContext) -> Any:
    name = key.lower()
    if name == "aws:principalarn":
        return principal_arn(request.principal_arn)
    if name in _OWNER_KEYS and (bucket := arns.bucket_of(request.resource_arn)):
        return buckets.owner(bucket) or request.principal_account
    return _condition_value(key, request)


def _principal_matches(principal: Any, caller_arn: str) -> bool:
    """As on AWS: an account, its root, a user, a role, a session, or ``*`` alone. No ARN with wildcards."""
    if not isinstance(principal, dict):
        return bool(principal == "*")
    named = principal.get("AWS", [])
    if any(_names(name, caller_arn) for name in ([named] if isinstance(named, str) else named)):
        return True
    # MiniStack's own services call with root credentials. This part of its rule is kept.
    others = {kind: value for kind, value in principal.items() if kind != "AWS"}
    return bool(others) and bool(_any_principal_matches(others, caller_arn))


def _names(name: str, caller_arn: str) -> bool:
    if name == "*":
        return True
    if account := arns.whole_account(name):
        return account == arns.account_of(caller_arn)
    return name in (caller_arn, principal_arn(caller_arn))


def _bucket_policy(resource_arn: str) -> tuple[str, str] | None:
    bucket = arns.bucket_of(resource_arn)
    owner = buckets.owner(bucket) if bucket else None
    return (buckets.policy(bucket), owner) if bucket and owner else None


def _key_policy(resource_arn: str) -> tuple[str, str] | None:
    account, region = arns.account_of(resource_arn), arns.region_of(resource_arn)
    if not account:
        return None
    with request_scope(account, region):
        record = kms._resolve_key(resource_arn)
    return (record.get("Policy") or "", account) if record else None


def _bucket_of_another_account_allows(  # noqa: PLR0917  (MiniStack's signature)
    owner: str,
    bucket: str,
    key: str,
    method: str,
    query: Mapping[str, Any],
    caller: str,
    headers: Mapping[str, str] | None = None,
) -> bool:
    """MiniStack checks the bucket's policy for the caller's whole account. This also checks it for the caller."""
    if _foreign_bucket_allows(owner, bucket, key, method, query, caller, headers):
        return True
    policy, caller_arn = buckets.policy(bucket), evaluator.caller_arn()
    if not caller or not policy or arns.account_of(caller_arn) != caller:
        return False
    if s3._public_access_blocked(owner, bucket, "RestrictPublicBuckets") and s3._policy_is_public(policy):
        return False
    path = f"/{bucket}/{key}" if key else f"/{bucket}"
    action = f"s3:{iam_actions._s3_action(method, path, query) or 'GetObject'}"
    with request_scope(owner, get_region()):
        context = iam_actions.s3_service_context(action, query, path, headers or {})
    request = evaluator.EvalContext(
        principal_arn=caller_arn,
        principal_type="AssumedRole" if ":assumed-role/" in caller_arn else "User",
        principal_account=caller,
        action=action,
        resource_arn="arn:aws:s3:::" + path.removeprefix("/"),
        region=get_region(),
        service_context={name.lower(): value for name, value in context.items()},
    )
    return bool(evaluator.evaluate_resource_policy(policy, request).decision == "Allow")
