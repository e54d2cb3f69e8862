"""Whether a model can be run from the Region and the account that a stack deploys to, as far as they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Stack, Token, Validations

from cdk_bedrock_batch._bedrock_arn import Arn
from cdk_bedrock_batch._environment import known_pseudo_parameters
from cdk_bedrock_batch._text import readable

if TYPE_CHECKING:
    from constructs import Construct

    from cdk_bedrock_batch.model import BatchModel

_GOV: Final = "us-gov"
# Beginnings of the Regions from which a geography's profiles can be called. Profiles and Regions are added often, so
# the table is wide and its word is a warning, not an error.
_CALLED_FROM: Final = {
    "amer": ("us-", "ca-", "mx-", "sa-"),
    "apac": ("ap-", "me-", "il-"),
    "au": ("ap-",),
    "ca": ("ca-", "us-"),
    "eu": ("eu-", "il-", "me-", "af-"),
    "jp": ("ap-",),
    "us": ("us-", "ca-", "mx-", "sa-"),
}


def check_region(scope: Construct, model: BatchModel) -> None:
    """Check a job's model against the environment of its stack; what is a token on either side is not checked.

    :raises ValueError: the model is of another Region, account or partition, which CreateModelInvocationJob refuses.
    """
    model_id = model.model_id
    if model_id.startswith("arn:"):
        _check_arn(scope, model_id)
    region = Stack.of(scope).region
    if not Token.is_unresolved(region):
        _check_geography(scope, model, region)


def _check_arn(scope: Construct, arn: str) -> None:
    known = known_pseudo_parameters(scope)
    fields = Arn.parse(arn)
    if fields is None:
        return
    for what, found, wanted in (
        ("partition", fields.partition, known.get("AWS::Partition")),
        ("Region", fields.region, known.get("AWS::Region")),
        ("account", fields.account, known.get("AWS::AccountId")),
    ):
        if found and not Token.is_unresolved(found) and wanted is not None and found != wanted:
            raise ValueError(
                f"a job runs a model of its own {what}, the stack deploys to {wanted}, but the model is of {found}: "
                f"{arn}"
            )


def _check_geography(scope: Construct, model: BatchModel, region: str) -> None:
    geography = model.geography
    if geography is None:
        return
    profile = readable(scope, model.model_id)
    gov_region = region.startswith(f"{_GOV}-")
    if (geography == _GOV) is not gov_region:
        raise ValueError(
            f"the inference profile {profile} cannot be called from {region}: profiles of AWS GovCloud (US) "
            f"start with {_GOV}., and no other profile exists there"
        )
    called_from = _CALLED_FROM.get(geography)
    if called_from is not None and not region.startswith(called_from):
        Validations.of(scope).add_warning(
            "cdk-bedrock-batch:profile-region",
            f"the inference profile {profile} is of the geography {geography}, the stack deploys to {region}; "
            "Amazon Bedrock refuses a profile that does not exist in the Region of the job",
        )
