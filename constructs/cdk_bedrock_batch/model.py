"""The model that a batch inference job runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bedrock_batch import limits
from bedrock_batch.families import family_of
from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks import (
    TOKEN,
    Arn,
    ModelKind,
    ModelName,
    check_restriction,
    checked,
    has_token,
    is_token,
    parse,
)
from cdk_bedrock_batch._iam import JOB_ARNS, Conditions, Statement, actions, allow, grants
from cdk_bedrock_batch._template import pseudo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_iam as iam

    from bedrock_batch.families import Family

_THIS_REGION = "${AWS::Region}"
_EVERY_REGION = "*"
_NO_REGION = ""
_WITHOUT_REGION = ":bedrock:::"


@dataclass(frozen=True, slots=True)
class BatchModel:
    """A model or inference profile, and the ARNs that a job's service role must be allowed to invoke.

    Make one with `from_model_id` or, where a text does not say enough, with one of the other class methods. Amazon
    Bedrock checks whether batch inference supports a model in a Region: the list changes often.

    With `restrict_to_profile`, the job's role may invoke the models behind a profile only through that profile. AWS
    documents the condition key for calls of the runtime and for global profiles, not for batch inference. If a job
    fails with "Customer doesn't have permissions to invokeModel", try False: the role may then invoke the models
    without this condition. Default: True.

    Example::

        model = BatchModel.from_model_id("us.anthropic.claude-haiku-4-5-20251001-v1:0")
    """

    # In these `${AWS::...}` stands for a pseudo parameter.
    _model_id: str
    _resource_arns: tuple[str, ...]
    _profile_arn: str | None = None
    _restrict_to_profile: bool = True

    @property
    def model_id(self) -> str:
        """`modelId` of CreateModelInvocationJob: an id or ARN, in the stack where it is used."""
        return _rendered(self._model_id)

    @property
    def resource_arns(self) -> tuple[str, ...]:
        """The foundation models or the custom model that a job invokes."""
        return tuple(map(_rendered, self._resource_arns))

    @property
    def profile_arn(self) -> str | None:
        """The inference profile through which they are invoked; None: they are invoked directly."""
        return None if self._profile_arn is None else _rendered(self._profile_arn)

    @property
    def geography(self) -> str | None:
        """The prefix of a system-defined inference profile, such as `us`; None for what has none or does not tell."""
        _, is_profile, profile_id = (self._profile_arn or "").rpartition(":inference-profile/")
        return profile_id.partition(".")[0] if is_profile and not TOKEN.search(profile_id) else None

    @classmethod
    @checked
    def from_model_id(
        cls, model: str, *, destination_regions: Sequence[str] | None = None, restrict_to_profile: bool = True
    ) -> Self:
        """Use a foundation model or a system-defined inference profile, by id or ARN, or a custom model, by ARN.

        An id with a prefix (`us.`, `eu.`, `apac.`, `us-gov.`, ..., `global.`) is an inference profile of the stack's
        own account and Region. An ARN may have tokens as its partition, Region and account.

        :param destination_regions: the Regions to which a geographic profile may send a request, as GetInferenceProfile
            returns them. The job fails if one is missing. Default: every Region, since the list of a profile grows.
        :param restrict_to_profile: False: the role may also invoke the models directly. Default: True.
        :raises ValueError: CreateModelInvocationJob would not accept `model`, it does not show its foundation models
            (an application inference profile, a token), or another option does not apply to it.
        """
        name = parse(model)
        if destination_regions is not None and (name.kind is not ModelKind.INFERENCE_PROFILE or name.routes_everywhere):
            raise ValueError(f"destination_regions is for a geographic inference profile, got {shown(model)}")
        check_restriction(name, restrict_to_profile=restrict_to_profile)
        match name.kind:
            case ModelKind.FOUNDATION_MODEL:
                return cls.from_foundation_model(model)
            case ModelKind.INFERENCE_PROFILE if TOKEN.search(name.model_id):
                raise ValueError(
                    "an inference profile whose id holds a token does not tell its models; use "
                    f"BatchModel.from_inference_profile, got {shown(model)}"
                )
            case ModelKind.INFERENCE_PROFILE:
                return cls._system_profile(name, destination_regions, restrict_to_profile=restrict_to_profile)
            case ModelKind.CUSTOM_MODEL:
                return cls.from_custom_model(model)
            case ModelKind.APPLICATION_INFERENCE_PROFILE:
                raise ValueError(
                    "an application inference profile does not name its models; use "
                    f"BatchModel.from_application_inference_profile, got {shown(model)}"
                )

    @classmethod
    @checked
    def from_foundation_model(cls, model: str) -> Self:
        """Use a foundation model, by id (in the stack's Region) or ARN. Either may be a token, which is not checked.

        :raises ValueError: `model` is not the id or ARN of a foundation model.
        """
        _expect(model, ModelKind.FOUNDATION_MODEL)
        return cls(model, (_foundation_model_arn(model, _THIS_REGION),))

    @classmethod
    @checked
    def from_inference_profile(
        cls, profile_arn: str, *, foundation_models: Sequence[str], restrict_to_profile: bool = True
    ) -> Self:
        """Use a system-defined inference profile, by an ARN that `from_model_id` cannot read, such as a token.

        :param foundation_models: ids or ARNs of the models behind it. An id stands for that model in every Region.
        :param restrict_to_profile: False: the role may also invoke the models directly. Default: True.
        :raises ValueError: `profile_arn` is not the ARN of such a profile, or `foundation_models` is empty or wrong.
        """
        if not is_token(profile_arn):
            arn = Arn.parse(profile_arn)
            if arn is None or not (arn.has_account and arn.names("inference-profile", limits.INFERENCE_PROFILE_ID)):
                raise ValueError(f"profile_arn must be the ARN of an inference profile, got {shown(profile_arn)}")
        return cls(profile_arn, _foundation_model_arns(foundation_models), profile_arn, restrict_to_profile)

    @classmethod
    @checked
    def from_application_inference_profile(
        cls, profile_arn: str, *, foundation_models: Sequence[str], restrict_to_profile: bool = True
    ) -> Self:
        """Use an application inference profile, by its ARN, which may be a token.

        :param foundation_models: ids or ARNs of the models behind it. An id stands for that model in every Region.
        :param restrict_to_profile: False: the role may also invoke the models directly. Default: True.
        :raises ValueError: `profile_arn` is not the ARN of such a profile, or `foundation_models` is empty or wrong.
        """
        _expect(profile_arn, ModelKind.APPLICATION_INFERENCE_PROFILE)
        return cls(profile_arn, _foundation_model_arns(foundation_models), profile_arn, restrict_to_profile)

    @classmethod
    @checked
    def from_custom_model(cls, model_arn: str) -> Self:
        """Use a custom model, by its ARN, which may be a token.

        :raises ValueError: `model_arn` is not the ARN of a custom model.
        """
        _expect(model_arn, ModelKind.CUSTOM_MODEL)
        return cls(model_arn, (model_arn,))

    @classmethod
    def _system_profile(
        cls, name: ModelName, destination_regions: Sequence[str] | None, *, restrict_to_profile: bool
    ) -> Self:
        profile_arn = name.text if name.is_arn else _inference_profile_arn(name.model_id)
        # A global profile is checked against the model in the calling Region and once more without any Region.
        regions = (_THIS_REGION, _NO_REGION) if name.routes_everywhere else _regions(destination_regions)
        models = tuple(_foundation_model_arn(name.foundation_model_id, region) for region in regions)
        model_id = name.text if name.accepted_as_is else profile_arn
        return cls(model_id, models, profile_arn, restrict_to_profile)

    def _family(self, *, converse: bool) -> Family | None:
        """The family of the models; None if their names do not tell, or they are of several families.

        :raises ValueError: a model that makes vectors is to be asked by the Converse API.
        """
        vectors = next((each for each in self._families() if each is not None and each.dimensions), None)
        if converse and vectors is not None:
            raise ValueError(
                f"invocation_type: {vectors.name} makes vectors, and the Converse API asks for texts; use "
                "InvocationType.INVOKE_MODEL"
            )
        families = [family_of(arn, converse=converse) for arn in self._resource_arns]
        return families[0] if all(each is families[0] for each in families) else None

    def _families(self) -> list[Family | None]:
        """The family of each model, whatever form its records have."""
        return [family_of(arn, converse=False) for arn in self._resource_arns]

    def _priced_as(self) -> str:
        """The id or ARN that a list of prices may have: of the system-defined profile, else of the one model."""
        if ":inference-profile/" in (self._profile_arn or ""):
            return str(self._profile_arn)
        models = {arn.rpartition("/")[2] for arn in self._resource_arns}
        return models.pop() if len(models) == 1 else self.model_id

    def _all_arns(self) -> tuple[str, ...]:
        """The ARN of the profile, if any, and the ARNs of the models."""
        return (*((self.profile_arn,) if self.profile_arn else ()), *self.resource_arns)

    def _invoke_statements(self) -> list[Statement]:
        """The statements that a service role needs for this model.

        A role may invoke the models behind a profile only through that profile, unless `restrict_to_profile` is False.
        For a `global.` profile the requested Region must be the stack's Region, or "unspecified" if IAM does not get
        the Region. The user guide's page on global cross-Region inference requires this. The ARN of the profile itself
        contains the Region.

        No condition on `aws:ResourceAccount`: foundation models belong to AWS, so it would deny all of them.
        """
        profile = self.profile_arn
        if profile is None or not self._restrict_to_profile:
            return [allow(actions.INVOKE_MODEL, self._all_arns())]
        through_profile: Conditions = {"StringEquals": {"bedrock:InferenceProfileArn": profile}}
        if any(_WITHOUT_REGION in arn for arn in self._resource_arns):
            through_profile["StringEquals"]["aws:RequestedRegion"] = [pseudo.REGION, "unspecified"]
        return [
            allow(actions.INVOKE_MODEL, [profile]),
            allow(actions.INVOKE_MODEL, self.resource_arns, through_profile),
        ]

    @checked
    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the right to invoke the model, as the service role of a job needs it. Use it for roles made elsewhere.

        The service role that `ModelInvocationJob` makes has this right already.
        """
        return grants.all_to_principal(grantee, self._invoke_statements())

    @checked
    def grant_batch_inference(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the right to start batch inference jobs with this model, in the principal's account and Region.

        The principal also needs `iam:PassRole` on the service role (`iam.Role.grant_pass_role`), and that role needs
        `grant_invoke`.
        """
        return grants.to_principal(grantee, allow(actions.CREATE_JOB, [*self._all_arns(), JOB_ARNS]))


def _rendered(text: str) -> str:
    return pseudo.substituted(text) if "${AWS::" in text and not has_token(text) else text


def _regions(destination_regions: Sequence[str] | None) -> tuple[str, ...]:
    if destination_regions is None:
        return (_EVERY_REGION,)
    if isinstance(destination_regions, str) or not destination_regions:
        raise ValueError(f"destination_regions must list at least one Region, got {shown(destination_regions)}")
    for region in destination_regions:
        if not limits.REGION.fullmatch(region):
            raise ValueError(f"destination_regions must be names of Regions such as us-east-1, got {shown(region)}")
    return tuple(sorted(set(destination_regions)))


def _expect(model: str, kind: ModelKind) -> None:
    if is_token(model):
        return
    if TOKEN.search(model) and not model.startswith("arn:"):
        raise ValueError(f"the model may hold tokens in an ARN only, or be one, got {shown(model)}")
    name = parse(model)
    if name.kind is not kind:
        raise ValueError(f"the model must be the id or ARN of {kind.phrase}, got {name.kind.phrase}, {shown(model)}")


def _inference_profile_arn(profile_id: str) -> str:
    return f"arn:${{AWS::Partition}}:bedrock:${{AWS::Region}}:${{AWS::AccountId}}:inference-profile/{profile_id}"


def _foundation_model_arn(model: str, region: str) -> str:
    if has_token(model) or model.startswith("arn:"):
        return model
    return f"arn:${{AWS::Partition}}:bedrock:{region}::foundation-model/{model}"


def _foundation_model_arns(models: Sequence[str]) -> tuple[str, ...]:
    if isinstance(models, str) or not models:
        raise ValueError(f"foundation_models must list at least one foundation model id or ARN, got {shown(models)}")
    for model in models:
        _expect(model, ModelKind.FOUNDATION_MODEL)
    return tuple(_foundation_model_arn(model, _EVERY_REGION) for model in models)
