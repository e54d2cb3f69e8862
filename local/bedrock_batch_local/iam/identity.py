"""The caller of a request, and whether IAM allows it: authentication and policies as on AWS.

All of this runs inside one request on the event loop: the caller is kept in context variables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bedrock_batch_local.emulator import requests, rights
from bedrock_batch_local.emulator.refusals import RefusedError
from bedrock_batch_local.emulator.requests import Sender
from bedrock_batch_local.engine import errors
from bedrock_batch_local.engine.models import ModelReference
from bedrock_batch_local.engine.scope import Scope
from bedrock_batch_local.iam.routing import invocations

SERVICE_PRINCIPAL = "bedrock.amazonaws.com"
# MiniStack writes every ARN in this partition, whatever the Region, so policies that it deploys name no other.
PARTITION = "aws"


@dataclass(frozen=True)
class Caller:
    """An authenticated caller in one account and Region."""

    sender: Sender
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
        self._require("iam:PassRole", role_arn, {"iam:PassedToService": SERVICE_PRINCIPAL})

    def may_use(self, action: str, job_arn: str, tags: Mapping[str, str]) -> None:
        """An action on one job. ``tags`` are the job's tags."""
        self._require(f"bedrock:{action}", job_arn, {f"aws:ResourceTag/{key}": value for key, value in tags.items()})

    def may_tag(self, job_arn: str, tags: Mapping[str, str], new_tags: Mapping[str, str]) -> None:
        keys = {f"aws:ResourceTag/{key}": value for key, value in tags.items()} | _request_tags(new_tags)
        self._require("bedrock:TagResource", job_arn, keys)

    def may_untag(self, job_arn: str, tags: Mapping[str, str], tag_keys: Sequence[str]) -> None:
        keys: dict[str, Any] = {f"aws:ResourceTag/{key}": value for key, value in tags.items()}
        self._require("bedrock:UntagResource", job_arn, keys | {"aws:TagKeys": list(tag_keys)})

    def may_list(self) -> None:
        self._require("bedrock:ListModelInvocationJobs", "*", {})

    def _require(self, action: str, resource: str, keys: Mapping[str, Any]) -> None:
        try:
            rights.check(self.sender, action, resource, keys)
        except RefusedError as refused:
            raise errors.BatchApiError(refused.code, refused.message) from None


def authenticate(scope: Mapping[str, Any], body: bytes) -> Caller:
    """The caller of an ASGI request. ``BatchApiError`` if the signature or the key is not valid."""
    try:
        sender = requests.authenticate(scope, body, "bedrock")
    except RefusedError as refused:
        raise errors.BatchApiError(refused.code, refused.message) from None
    return Caller(sender, Scope(sender.account, sender.region, PARTITION))


def _request_tags(tags: Mapping[str, str]) -> dict[str, Any]:
    if not tags:
        return {}
    return {"aws:TagKeys": list(tags)} | {f"aws:RequestTag/{key}": value for key, value in tags.items()}
