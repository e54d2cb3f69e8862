"""The service role of a job: whether Bedrock may assume it, its credentials, and what its policies allow."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ministack.core import iam_evaluator as evaluator
from ministack.core.responses import request_scope
from ministack.services import bedrock, iam, kms, s3, sts

from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.models import Invocation, resolve
from bedrock_batch_local.iam.identity import SERVICE_PRINCIPAL
from bedrock_batch_local.sdk import Keys

_SESSION_SECONDS = 3600


class ServiceRole:
    """The role of one job. Its methods run outside of requests, in any thread."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._scope = job.scope
        self._name = job.role_arn.rsplit("/", 1)[-1]

    def assumable(self) -> bool:
        """Whether the trust policy lets Bedrock assume the role for this job."""
        with request_scope(self._scope.account, self._scope.region):
            role = iam._roles.get(self._name)
            if role is None or role.get("Arn") != self._job.role_arn:
                return False
            request = evaluator.EvalContext(
                principal_arn=SERVICE_PRINCIPAL,
                principal_type="Service",
                principal_account=self._scope.account,
                action="sts:AssumeRole",
                resource_arn=self._job.role_arn,
                region=self._scope.region,
                service_context={"aws:sourceaccount": self._scope.account, "aws:sourcearn": self._job.arn},
            )
            # evaluate_trust_policy() would let any Service principal match an account root only; the matcher for
            # resource policies compares the service's name.
            trust = role.get("AssumeRolePolicyDocument")
            decision = evaluator.evaluate_resource_policy(trust, request, service=SERVICE_PRINCIPAL).decision
            return bool(decision == "Allow")

    def session(self) -> Keys:
        """A new session of the role, known to MiniStack as any other session of STS."""
        credentials = Keys(
            access_key="ASIA" + secrets.token_hex(8).upper(),
            secret_key=secrets.token_hex(20),
            token=secrets.token_hex(32),
        )
        session_name = f"BedrockBatch-{self._job.job_id}"
        arn = f"arn:{self._scope.partition}:sts::{self._scope.account}:assumed-role/{self._name}/{session_name}"
        sts.register_session(
            credentials.access_key,
            {
                "Arn": arn,
                "UserId": f"{self._name}:{session_name}",
                "SecretAccessKey": credentials.secret_key,
                "SessionToken": credentials.token,
                "Expiration": time.time() + _SESSION_SECONDS,
            },
        )
        return credentials

    def may_invoke(self, credentials: Keys) -> bool:
        """``bedrock:InvokeModel`` on the model and, through a profile, on the model in every destination."""
        return all(
            self._allowed(
                credentials,
                "bedrock:InvokeModel",
                needed.resource,
                {"bedrock:InferenceProfileArn": needed.profile_arn} if needed.profile_arn else {},
                region=needed.region,
            )
            for needed in self._invocations()
        )

    def _invocations(self) -> tuple[Invocation, ...]:
        model = self._job.model
        if model.kind != "application-inference-profile":
            return model.invocations
        with request_scope(self._scope.account, self._scope.region):
            profile = bedrock._inference_profiles_apps.get(model.arn.rsplit("/", 1)[-1])
        if profile is None:
            return model.invocations
        # The profile was copied from a model or a system profile, and routes to what that routes to.
        source = resolve(profile["Models"][0]["ModelArn"], self._scope)
        routed = (
            replace(to, profile_arn=model.arn) for to in source.invocations if ":foundation-model/" in to.resource
        )
        return (*model.invocations, *routed)

    def may_put(self, credentials: Keys, bucket: str, key: str, kms_key: str | None) -> bool:
        """``s3:PutObject`` by role and bucket policy, without writing, and the right to encrypt with ``kms_key``."""
        resource = f"arn:{self._scope.partition}:s3:::{bucket}/{key}"
        keys = {"s3:x-amz-server-side-encryption": "aws:kms"} if kms_key else {}
        return self._allowed(credentials, "s3:PutObject", resource, keys) and (
            kms_key is None or self.may_use_key(credentials, "kms:GenerateDataKey", kms_key, bucket)
        )

    def may_use_key(self, credentials: Keys, action: str, kms_key: str, bucket: str) -> bool:
        """A KMS action for an object of ``bucket``, by role and key policy, through S3 as S3 would ask."""
        with request_scope(self._scope.account, self._scope.region):
            record = kms._resolve_key(kms_key)
        if not record or record.get("KeyState") != "Enabled":
            return False
        keys = {
            "kms:ViaService": f"s3.{self._scope.region}.amazonaws.com",
            "kms:CallerAccount": self._scope.account,
            "kms:EncryptionContext:aws:s3:arn": f"arn:{self._scope.partition}:s3:::{bucket}",
        }
        return self._allowed(credentials, action, record["Arn"], keys)

    def owner_of(self, bucket: str) -> str | None:
        """The account that a bucket belongs to, or ``None`` if there is no such bucket."""
        # On a copy of the keys: another thread may add a bucket, and MiniStack's own look-up walks the live dictionary.
        return next((account for account, name in list(s3._buckets._data) if name == bucket), None)

    def default_key(self, bucket: str) -> str | None:
        """The customer key of the bucket's default encryption, or ``None``."""
        with request_scope(self._scope.account, self._scope.region):
            found: str | None = s3._bucket_default_sse_headers(bucket).get(
                "x-amz-server-side-encryption-aws-kms-key-id"
            )
            return found

    def _allowed(
        self, credentials: Keys, action: str, resource: str, keys: Mapping[str, Any], region: str | None = None
    ) -> bool:
        evaluator.pin_request_origin("127.0.0.1", secure_transport=True)
        with request_scope(self._scope.account, self._scope.region):
            denied = evaluator.enforce(
                credentials.access_key,
                action,
                action.partition(":")[0],
                region or self._scope.region,
                resource,
                dict(keys),
            )
        return denied is None
