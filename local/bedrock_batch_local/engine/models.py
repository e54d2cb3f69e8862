"""Model identifiers: their canonical form, which are refused, and what the service role must invoke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bedrock_batch_local.engine import errors
from bedrock_batch_local.engine.scope import Scope

# The Regions to which a geographic profile may send a request. On AWS each profile has its own list, which
# GetInferenceProfile returns. These are the common Regions of a geography.
_DESTINATIONS: dict[str, tuple[str, ...]] = {
    "us": ("us-east-1", "us-east-2", "us-west-2"),
    "us-gov": ("us-gov-east-1", "us-gov-west-1"),
    "eu": ("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3"),
    "apac": ("ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    "jp": ("ap-northeast-1", "ap-northeast-3"),
    "au": ("ap-southeast-2", "ap-southeast-4"),
    "ca": ("ca-central-1", "ca-west-1"),
    "global": (),
}

# User guide, batch-inference-supported: batch inference runs these through an inference profile only. For a bare id the
# API returns a validation error.
_PROFILE_ONLY = (
    "amazon.nova-2-lite",
    "amazon.nova-premier",
    "anthropic.claude-3-7-sonnet",
    "anthropic.claude-haiku-4-5",
    "anthropic.claude-opus-4-5",
    "anthropic.claude-opus-4-6",
    "anthropic.claude-opus-5",
    "anthropic.claude-sonnet-4-2",
    "anthropic.claude-sonnet-4-5",
    "meta.llama3-2",
    "meta.llama4",
)

# Reported refusals of CreateModelInvocationJob. Models differ even in one family, so the list is short.
_WITHOUT_BATCH = ("anthropic.claude-fable-5", "anthropic.claude-sonnet-5", "openai.gpt-5.6-sol")


@dataclass(frozen=True)
class Invocation:
    """One ``bedrock:InvokeModel`` that must be allowed: the resource, the requested Region and the profile."""

    resource: str
    region: str
    profile_arn: str = ""


@dataclass(frozen=True)
class ModelReference:
    """A model as the API reports it (``arn``) and counts it (``base``: the model without Region and profile)."""

    arn: str
    base: str
    kind: str
    invocations: tuple[Invocation, ...]


def resolve(model_id: str, scope: Scope) -> ModelReference:
    """Parse ``modelId``. ``ValidationException`` for what batch inference refuses."""
    arn = model_id if model_id.startswith("arn:") else _arn_of(model_id, scope)
    _, _, _, region, _, resource = arn.split(":", 5)
    kind, _, name = resource.partition("/")
    if region != scope.region:
        raise errors.validation(errors.INVALID_MODEL)
    geography, _, profiled = name.partition(".")
    base = profiled if kind == "inference-profile" else name
    if base.startswith(_WITHOUT_BATCH):
        raise errors.validation(errors.UNSUPPORTED_MODEL)
    if kind == "foundation-model" and base.startswith(_PROFILE_ONLY):
        raise errors.validation(errors.INVALID_MODEL)
    if kind == "inference-profile" and geography not in _DESTINATIONS:
        raise errors.validation(errors.INVALID_MODEL)
    through_profile = tuple(_through_profile(arn, base, geography, scope)) if kind == "inference-profile" else ()
    return ModelReference(arn, base, kind, (Invocation(arn, region), *through_profile))


def _arn_of(model_id: str, scope: Scope) -> str:
    geography, _, rest = model_id.partition(".")
    if not rest:
        raise errors.validation(errors.INVALID_MODEL)
    prefix = f"arn:{scope.partition}:bedrock:{scope.region}"
    if geography in _DESTINATIONS and "." in rest:
        return f"{prefix}:{scope.account}:inference-profile/{model_id}"
    return f"{prefix}::foundation-model/{model_id}"


def _through_profile(profile_arn: str, base: str, geography: str, scope: Scope) -> Iterator[Invocation]:
    for region in sorted({scope.region, *_DESTINATIONS[geography]}):
        resource = f"arn:{scope.partition}:bedrock:{region}::foundation-model/{base}"
        yield Invocation(resource, region, profile_arn)
    if geography == "global":
        # User guide, global-cross-region-inference: the destination has no Region, and the request names none.
        yield Invocation(f"arn:{scope.partition}:bedrock:::foundation-model/{base}", "unspecified", profile_arn)
