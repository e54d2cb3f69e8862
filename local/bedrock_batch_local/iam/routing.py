"""The models behind a model identifier, which may be an application inference profile."""

from __future__ import annotations

from dataclasses import replace

from bedrock_batch_local.emulator import inference_profiles
from bedrock_batch_local.engine.models import Invocation, ModelReference, resolve
from bedrock_batch_local.engine.scope import Scope


def invocations(model: ModelReference, scope: Scope) -> tuple[Invocation, ...]:
    """Every ``bedrock:InvokeModel`` that a request to ``model`` is checked for."""
    if model.kind != "application-inference-profile":
        return model.invocations
    source_arn = inference_profiles.source_of(model.arn.rsplit("/", 1)[-1], scope.account, scope.region)
    if source_arn is None:
        return model.invocations
    # The profile is a copy of a model or a system profile, and routes to the same models.
    source = resolve(source_arn, scope)
    routed = (replace(to, profile_arn=model.arn) for to in source.invocations if ":foundation-model/" in to.resource)
    return (*model.invocations, *routed)
