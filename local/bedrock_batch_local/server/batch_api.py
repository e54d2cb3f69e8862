"""The REST API of batch inference, for an unmodified boto3 or AWS CLI."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from bedrock_batch_local.engine import errors, models
from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.quirks import Quirks
from bedrock_batch_local.engine.validation import check_request
from bedrock_batch_local.iam import identity
from bedrock_batch_local.iam.identity import Caller
from bedrock_batch_local.server import routes
from bedrock_batch_local.server.http import Application, HttpScope, Receive, Send, answer, read_body, replay

_JOB_RESOURCE = ":model-invocation-job/"


class BatchApi:
    """Handles the batch operations. ``otherwise`` handles calls about the tags of anything but jobs."""

    def __init__(self, engine: BatchEngine, otherwise: Application, quirks: Quirks) -> None:
        self._engine = engine
        self._quirks = quirks
        self._otherwise = otherwise

    def application_for(self, scope: HttpScope) -> Application | None:
        """The application for the operation of a request. ``None`` if it is not a batch operation."""
        found = routes.match(scope["method"], scope["path"], _header(scope, b"authorization"))
        return partial(self._answer, *found) if found else None

    async def _answer(
        self, name: str, in_path: Mapping[str, str], scope: HttpScope, receive: Receive, send: Send
    ) -> None:
        body = await read_body(receive)
        request_id = {"x-amzn-requestid": str(uuid.uuid4())}
        try:
            params = routes.parameters(name, in_path, scope.get("query_string", b""), body)
            if name in routes.TAG_OPERATIONS and _JOB_RESOURCE not in str(params.get("resourceARN")):
                # MiniStack handles tags of models, profiles and guardrails.
                await self._otherwise(scope, replay(body, receive), send)
                return
            members = self._perform(identity.authenticate(scope, body), name, params)
        except errors.BatchApiError as error:
            headers = request_id | {"x-amzn-errortype": error.code}
            await answer(send, error.status, {"message": error.message}, headers)
            return
        await answer(send, 200, members, request_id)

    def _perform(self, caller: Caller, name: str, params: dict[str, Any]) -> dict[str, Any]:
        check_request(name, params)
        if name == "CreateModelInvocationJob":
            return {"jobArn": self._create(caller, params)}
        if name == "ListModelInvocationJobs":
            caller.may_list()
            return self._engine.list_jobs(caller.scope, params)
        if name in routes.TAG_OPERATIONS:
            return self._tags(caller, name, params)
        identifier = params["jobIdentifier"]
        self._check_use(caller, name, identifier)
        if name == "StopModelInvocationJob":
            self._engine.stop(caller.scope, identifier)
            return {}
        return self._engine.get(caller.scope, identifier)

    def _create(self, caller: Caller, params: dict[str, Any]) -> str:
        model = models.resolve(params["modelId"], caller.scope)
        caller.may_create(
            model,
            params["roleArn"],
            params.get("tags") or [],
            checks_profile=self._quirks.checks_profile_on_create,
        )
        return self._engine.create(caller.scope, params)

    def _tags(self, caller: Caller, name: str, params: dict[str, Any]) -> dict[str, Any]:
        arn = params["resourceARN"]
        if name == "TagResource":
            caller.may_tag(arn, self._tags_of(caller, arn), {tag["key"]: tag["value"] for tag in params["tags"]})
            self._engine.tag(caller.scope, arn, params["tags"])
            return {}
        if name == "UntagResource":
            caller.may_untag(arn, self._tags_of(caller, arn), params["tagKeys"])
            self._engine.untag(caller.scope, arn, params["tagKeys"])
            return {}
        self._check_use(caller, name, arn)
        return {"tags": self._engine.list_tags(caller.scope, arn)}

    def _check_use(self, caller: Caller, action: str, identifier: str) -> None:
        arn = identifier if identifier.startswith("arn:") else caller.scope.job_arn_prefix + identifier
        caller.may_use(action, arn, self._tags_of(caller, arn))

    def _tags_of(self, caller: Caller, arn: str) -> dict[str, str]:
        # A caller without rights does not learn whether the job exists.
        try:
            job = self._engine.find(caller.scope, arn)
        except errors.BatchApiError:
            return {}
        return job.tags if job.live or self._quirks.shows_tags_of_ended else {}


def _header(scope: HttpScope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name), "")
