"""What policies allow: MiniStack's policy evaluator, inside and outside of requests, and for a role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import get_account_id, get_region, request_scope
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


def call_over_tls() -> None:
    """From now on, what this task asks for outside of requests counts as asked by a service of AWS, over TLS."""
    evaluator.pin_request_origin("127.0.0.1", secure_transport=True)


def allowed(
    sender: Sender, action: str, resource: str, keys: Mapping[str, Any], requested_region: str | None = None
) -> bool:
    """Whether all policies together allow a caller an action, outside of requests.

    ``keys`` are the condition keys of the request. ``requested_region`` is the Region that it names (default: the
    caller's).
    """
    call_over_tls()
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


def service_allowed(
    policy: Any, service_principal: str, action: str, resource: str, *, source_arn: str, names_owner: bool = False
) -> bool:
    """Whether a resource's policy lets an AWS service act for ``source_arn``, a resource of the account in scope.

    ``policy`` is a document, as text or parsed. ``names_owner``: the service also sends ``aws:SourceOwner``, which the
    default policy of a topic asks for (default: no).
    """
    account = get_account_id()
    keys = {"aws:sourcearn": source_arn, "aws:sourceaccount": account}
    request = evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        # A service is no principal of the account: a statement for the account does not let it in.
        principal_account="",
        action=action,
        resource_arn=resource,
        region=get_region(),
        service_context=keys | ({"aws:sourceowner": account} if names_owner else {}),
    )
    return bool(evaluator.evaluate_resource_policy(policy, request, service=service_principal).decision == "Allow")


def role_allowed(role_arn: str, action: str, resource: str) -> bool:
    """Whether a role of the account in scope may do something, by its own policies and its boundary."""
    name, account = role_arn.rsplit("/", 1)[-1], get_account_id()
    request = evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/service",
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=get_region(),
    )
    limits = evaluator._permissions_boundary(iam._roles, name, account)
    policies = evaluator._gather_role_policies(name, account)
    return bool(evaluator.evaluate(request, policies, *limits).decision == "Allow")


def _denied(
    access_key: str, action: str, region: str, resource: str, keys: Mapping[str, Any]
) -> evaluator.EvalResult | evaluator.AuthError | None:
    return evaluator.enforce(access_key, action, action.partition(":")[0], region, resource, dict(keys))
