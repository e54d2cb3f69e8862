"""Parses a model id or ARN as CreateModelInvocationJob does, and tells the kind of model."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bedrock_batch import limits
from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks.bedrock_arn import Arn
from cdk_bedrock_batch._checks.text import TOKEN


class ModelKind(StrEnum):
    """The kinds of model that the `modelId` of a batch inference job can name."""

    FOUNDATION_MODEL = "foundation model"
    INFERENCE_PROFILE = "inference profile"
    APPLICATION_INFERENCE_PROFILE = "application inference profile"
    CUSTOM_MODEL = "custom model"

    @property
    def phrase(self) -> str:
        """The kind with its article."""
        return f"{'an' if self[0] in 'ai' else 'a'} {self}"


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model id or ARN, its kind, and the id inside it (`us.amazon.nova-lite-v1:0` for a profile's ARN)."""

    text: str
    kind: ModelKind
    model_id: str

    @property
    def is_arn(self) -> bool:
        """True for an ARN, False for a bare id."""
        return self.text.startswith("arn:")

    @property
    def accepted_as_is(self) -> bool:
        """False for a profile id whose model part has another dot: the API accepts it only as part of an ARN."""
        return self.is_arn or limits.FOUNDATION_MODEL_ID.fullmatch(self.text) is not None

    @property
    def routes_everywhere(self) -> bool:
        """True for a `global.` profile, which may process records in any commercial Region."""
        return self.kind is ModelKind.INFERENCE_PROFILE and self.model_id.startswith("global.")

    @property
    def foundation_model_id(self) -> str:
        """The id of the foundation model behind a system-defined profile: the profile's id without its prefix."""
        return self.model_id.partition(".")[2] if self.kind is ModelKind.INFERENCE_PROFILE else self.model_id


# The prefix is two letters (us, eu, jp), two letters with the name of a partition (us-gov), amer, apac or global. No
# model provider's name has that form.
_PROFILE_ID = re.compile(r"(?:[a-z]{2}(?:-[a-z]+)?|amer|apac|global)\.(?P<model>[^.]+\..+)")

_KINDS = {
    "foundation-model": ModelKind.FOUNDATION_MODEL,
    "inference-profile": ModelKind.INFERENCE_PROFILE,
    "application-inference-profile": ModelKind.APPLICATION_INFERENCE_PROFILE,
    "custom-model": ModelKind.CUSTOM_MODEL,
}
_REFUSED = {
    "provisioned-model": "batch inference does not run on Provisioned Throughput; name the model itself",
    "imported-model": "batch inference does not run imported models",
    "custom-model-deployment": "batch inference runs a custom model by its custom-model ARN, not by a deployment",
    "prompt-router": "batch inference does not take prompt routers; name one model or inference profile",
    "default-prompt-router": "batch inference does not take prompt routers; name one model or inference profile",
}


def parse(text: str) -> ModelName:
    """Parse a model id or ARN.

    An ARN may have CDK tokens as its partition, Region or account.

    :raises ValueError: CreateModelInvocationJob does not accept `text`; the error gives the reason.
    """
    if not isinstance(text, str) or len(text) > limits.MODEL_ID_LENGTH:
        raise ValueError(f"model must be a text of at most {limits.MODEL_ID_LENGTH} characters, got {shown(text)}")
    if text.startswith("arn:"):
        return _parse_arn(text)
    if TOKEN.search(text):
        raise ValueError(
            f"the model {shown(text)} is a token whose kind cannot be seen; use BatchModel.from_foundation_model, "
            "from_inference_profile, from_application_inference_profile or from_custom_model"
        )
    kind = ModelKind.INFERENCE_PROFILE if _PROFILE_ID.fullmatch(text) else ModelKind.FOUNDATION_MODEL
    return _checked(ModelName(text, kind, text))


def check_restriction(name: ModelName, *, restrict_to_profile: bool) -> None:
    """Check the option `restrict_to_profile` for a model.

    :raises ValueError: it is not a bool, or it is False for a model without a profile.
    """
    if not isinstance(restrict_to_profile, bool):
        raise ValueError(f"restrict_to_profile must be True or False, got {shown(restrict_to_profile)}")  # noqa: TRY004 - a bad value
    if not restrict_to_profile and name.kind is not ModelKind.INFERENCE_PROFILE:
        raise ValueError(f"restrict_to_profile is for an inference profile, got {shown(name.text)}")


def _parse_arn(text: str) -> ModelName:
    arn = Arn.parse(text)
    if arn is None:
        raise ValueError(f"model must be the ARN of an Amazon Bedrock model or inference profile, got {shown(text)}")
    resource_type, _, resource = arn.resource.partition("/")
    if resource_type in _REFUSED:
        raise ValueError(f"{_REFUSED[resource_type]}, got {shown(text)}")
    if resource_type == "custom-model" and resource.startswith("imported/"):
        raise ValueError(f"{_REFUSED['imported-model']}, got {shown(text)}")
    if resource_type not in _KINDS:
        kind = shown(resource_type) if resource_type else "an empty one"
        raise ValueError(f"model must be one of {', '.join(_KINDS)}, got {kind} in the ARN {shown(text)}")
    name = ModelName(text, _KINDS[resource_type], resource)
    needs_account = name.kind is not ModelKind.FOUNDATION_MODEL
    if arn.has_account is not needs_account:
        owner = "a 12-digit account" if needs_account else "no account"
        raise ValueError(f"the ARN of {name.kind.phrase} must have a Region and {owner}, got {shown(text)}")
    return name if TOKEN.search(resource) else _checked(name)


def _checked(name: ModelName) -> ModelName:
    if not _matches(name):
        raise ValueError(
            f"{shown(name.model_id)} is not the id of {name.kind.phrase}, as CreateModelInvocationJob accepts it"
        )
    return name


def _matches(name: ModelName) -> bool:
    match name.kind:
        case ModelKind.FOUNDATION_MODEL:
            return limits.FOUNDATION_MODEL_ID.fullmatch(name.model_id) is not None
        case ModelKind.INFERENCE_PROFILE:
            in_geography = _PROFILE_ID.fullmatch(name.model_id)
            return in_geography is not None and bool(limits.FOUNDATION_MODEL_ID.fullmatch(in_geography["model"]))
        case ModelKind.APPLICATION_INFERENCE_PROFILE:
            return limits.APPLICATION_PROFILE_ID.fullmatch(name.model_id) is not None
        case ModelKind.CUSTOM_MODEL:
            return limits.CUSTOM_MODEL.fullmatch(f"custom-model/{name.model_id}") is not None
