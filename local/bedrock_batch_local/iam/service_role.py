"""The service role of a job: whether Bedrock may assume it, its credentials, and what its policies allow."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from bedrock_batch_local.emulator import rights, sessions
from bedrock_batch_local.emulator.buckets import KEY_CONDITION
from bedrock_batch_local.emulator.requests import Sender
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.models import Invocation
from bedrock_batch_local.engine.quirks import Quirks
from bedrock_batch_local.iam.identity import SERVICE_PRINCIPAL
from bedrock_batch_local.iam.routing import invocations
from bedrock_batch_local.sdk import Keys

_SESSION_SECONDS = 3600


class ServiceRole:
    """The role of one job. Call its methods outside of requests, in any thread."""

    def __init__(self, job: Job, quirks: Quirks) -> None:
        self._job = job
        self._quirks = quirks
        self._scope = job.scope
        self._name = job.role_arn.rsplit("/", 1)[-1]

    def assumable(self) -> bool:
        """Whether the trust policy lets Bedrock assume the role for this job."""
        scope, job = self._scope, self._job
        return rights.lets_assume(job.role_arn, SERVICE_PRINCIPAL, scope.account, scope.region, job.arn)

    def session(self) -> Keys:
        """A new session of the role. MiniStack knows it like any session of STS."""
        keys = Keys(
            access_key="ASIA" + secrets.token_hex(8).upper(),
            secret_key=secrets.token_hex(20),
            token=secrets.token_hex(32),
        )
        session_name = f"BedrockBatch-{self._job.job_id}"
        return sessions.open_session(keys, self._scope.account, self._name, session_name, _SESSION_SECONDS)

    def may_invoke(self, credentials: Keys) -> bool:
        """``bedrock:InvokeModel`` on the model or, through a profile, on the model in every destination."""
        if self._job.model.kind == "foundation-model" and not self._quirks.checks_invoke:
            return True
        return all(
            self.may(
                credentials, "bedrock:InvokeModel", needed.resource, self._profile_key(needed), region=needed.region
            )
            for needed in invocations(self._job.model, self._scope)
        )

    def _profile_key(self, needed: Invocation) -> dict[str, str]:
        is_named = bool(needed.profile_arn) and self._quirks.names_profile
        return {"bedrock:InferenceProfileArn": needed.profile_arn} if is_named else {}

    def may_put(self, credentials: Keys, bucket: str, key: str, kms_key: str | None) -> bool:
        """``s3:PutObject``, without writing, and the right to encrypt with ``kms_key`` or the bucket's default key."""
        keys = {"s3:x-amz-server-side-encryption": "aws:kms", KEY_CONDITION: kms_key} if kms_key else {}
        return self.may(credentials, "s3:PutObject", f"arn:{self._scope.partition}:s3:::{bucket}/{key}", keys)

    def may(
        self, credentials: Keys, action: str, resource: str, keys: Mapping[str, Any], region: str | None = None
    ) -> bool:
        """Whether all policies together allow a session of the role an action. ``keys`` are the request's own."""
        sender = Sender(credentials.access_key, self._scope.account, self._scope.region, "bedrock")
        return rights.allowed(sender, action, resource, keys, region)
