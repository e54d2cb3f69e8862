"""Who calls, and whether IAM lets them: MiniStack's authentication and policy evaluator, asked the way AWS asks.

Everything here runs inside one request on the event loop: MiniStack keeps the caller in context variables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote

from ministack.core import iam_evaluator as evaluator
from ministack.core.iam_actions import _auth_failure, identity_denial_message
from ministack.core.responses import get_account_id, set_request_account_id, set_request_region
from ministack.core.router import extract_access_key_id, extract_region

from bedrock_batch_local.engine import errors
from bedrock_batch_local.engine.models import ModelReference
from bedrock_batch_local.engine.scope import Scope
from bedrock_batch_local.iam.routing import invocations

SERVICE_PRINCIPAL = "bedrock.amazonaws.com"
# MiniStack writes every ARN in this partition, whatever the Region, so policies deployed into it name no other.
PARTITION = "aws"


@dataclass(frozen=True)
class Caller:
    """An authenticated caller in one account and Region."""

    access_key: str
    scope: Scope

    def may_create(
        self, model: ModelReference, role_arn: str, tags: Sequence[Mapping[str, str]], *, checks_profile: bool = True
    ) -> None:
        """CreateModelInvocationJob on profile, models and jobs, PassRole to Bedrock, TagResource if there are tags."""
        jobs = self.scope.job_arn_prefix + "*"
        keys = _request_tags({tag["key"]: tag["value"] for tag in tags})
        asked = invocations(model, self.scope)
        models = (needed.resource for needed in asked if checks_profile or "inference-profile/" not in needed.resource)
        for resource in (*models, jobs):
            self._require("bedrock:CreateModelInvocationJob", resource, keys)
        if tags:
            self._require("bedrock:TagResource", jobs, keys)
        self._require("iam:PassRole", role_arn, {"iam:PassedToService": SERVICE_PRINCIPAL}, service="iam")

    def may_use(self, action: str, job_arn: str, tags: Mapping[str, str]) -> None:
        """An action on one job; ``tags`` are those that the job has."""
        self._require(f"bedrock:{action}", job_arn, {f"aws:ResourceTag/{key}": value for key, value in tags.items()})

    def may_tag(self, job_arn: str, tags: Mapping[str, str], new_tags: Mapping[str, str]) -> None:
        keys = {f"aws:ResourceTag/{key}": value for key, value in tags.items()} | _request_tags(new_tags)
        self._require("bedrock:TagResource", job_arn, keys)

    def may_untag(self, job_arn: str, tags: Mapping[str, str], tag_keys: Sequence[str]) -> None:
        keys: dict[str, Any] = {f"aws:ResourceTag/{key}": value for key, value in tags.items()}
        self._require("bedrock:UntagResource", job_arn, keys | {"aws:TagKeys": list(tag_keys)})

    def may_list(self) -> None:
        self._require("bedrock:ListModelInvocationJobs", "*", {})

    def _require(self, action: str, resource: str, keys: Mapping[str, Any], service: str = "bedrock") -> None:
        denied = evaluator.enforce(self.access_key, action, service, self.scope.region, resource, dict(keys))
        if isinstance(denied, evaluator.AuthError):
            raise _unauthenticated(denied)
        if denied:
            explicit = denied.decision == "Deny"
            raise errors.access_denied(identity_denial_message(action, denied.principal_arn, resource, explicit))


def authenticate(scope: Mapping[str, Any], body: bytes) -> Caller:
    """The caller of an ASGI request; a ``BatchApiError`` if the signature or the key does not hold."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = parse_qs(scope.get("query_string", b"").decode(), keep_blank_values=True)
    access_key = extract_access_key_id(headers, query)
    if not access_key:
        raise errors.BatchApiError("MissingAuthenticationTokenException", "Missing Authentication Token")
    set_request_account_id(evaluator.find_iam_access_key_account(access_key) or access_key)
    set_request_region(extract_region(headers, query))
    over_tls = headers.get("x-forwarded-proto") != "http"
    evaluator.pin_request_origin((scope.get("client") or ("127.0.0.1",))[0], secure_transport=over_tls)
    path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
    evaluator.pin_signed_request(scope["method"], path, query, scope["headers"])
    evaluator.pin_signed_body(body)
    failure = evaluator.check_credentials(access_key, "bedrock")
    if failure:
        raise _unauthenticated(failure)
    return Caller(access_key, Scope(get_account_id(), extract_region(headers, query), PARTITION))


def _request_tags(tags: Mapping[str, str]) -> dict[str, Any]:
    if not tags:
        return {}
    return {"aws:TagKeys": list(tags)} | {f"aws:RequestTag/{key}": value for key, value in tags.items()}


def _unauthenticated(failure: evaluator.AuthError) -> errors.BatchApiError:
    code, _, message = _auth_failure("bedrock", failure.code, failure.message, {})
    return errors.BatchApiError(code, message)
