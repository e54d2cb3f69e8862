"""What policies allow: MiniStack's policy evaluator, inside and outside of requests, and for a role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import request_scope
from ministack.services import iam

from bedrock_batch_local.emulator import refusals
from bedrock_batch_local.emulator.requests import Sender


def check(sender: Sender, action: str, resource: str, keys: Mapping[str, Any]) -> None:
    """``RefusedError`` unless all policies together allow the caller of this request an action.

    ``keys`` are the condition keys of the request. Call this inside the authenticated request.
    """
    denied = _denied(sender.access_key, action, sender.region, resource, keys)
    if isinstance(denied, evaluator.AuthError):
        raise refusals.unauthenticated(sender.service, denied)
    if denied:
        raise refusals.unauthorized(action, resource, denied)


def allowed(
    sender: Sender, action: str, resource: str, keys: Mapping[str, Any], requested_region: str | None = None
) -> bool:
    """Whether all policies together allow a caller an action, outside of requests.

    ``keys`` are the condition keys of the request. ``requested_region`` is the Region that it names (default: the
    caller's).
    """
    evaluator.pin_request_origin("127.0.0.1", secure_transport=True)
    with request_scope(sender.account, sender.region):
        return _denied(sender.access_key, action, requested_region or sender.region, resource, keys) is None


def lets_assume(role_arn: str, service_principal: str, account: str, region: str, source_arn: str) -> bool:
    """Whether the account has such a role, and its trust policy lets a service assume it for ``source_arn``."""
    with request_scope(account, region):
        role = iam._roles.get(role_arn.rsplit("/", 1)[-1])
        if role is None or role.get("Arn") != role_arn:
            return False
        request = evaluator.EvalContext(
            principal_arn=service_principal,
            principal_type="Service",
            principal_account=account,
            action="sts:AssumeRole",
            resource_arn=role_arn,
            region=region,
            service_context={"aws:sourceaccount": account, "aws:sourcearn": source_arn},
        )
        # evaluate_trust_policy() lets any Service principal match an account root. The matcher for resource policies
        # compares the service's name.
        trust = role.get("AssumeRolePolicyDocument")
        decision = evaluator.evaluate_resource_policy(trust, request, service=service_principal).decision
        return bool(decision == "Allow")


def _denied(
    access_key: str, action: str, region: str, resource: str, keys: Mapping[str, Any]
) -> evaluator.EvalResult | evaluator.AuthError | None:
    return evaluator.enforce(access_key, action, action.partition(":")[0], region, resource, dict(keys))
