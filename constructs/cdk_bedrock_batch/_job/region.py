"""Checks whether a model can run from a stack's Region and account, if these are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Validations

from cdk_bedrock_batch._checks import Arn, has_token
from cdk_bedrock_batch._template import NamedBucket

if TYPE_CHECKING:
    from constructs import Construct

    from cdk_bedrock_batch._template import S3Location, StackView
    from cdk_bedrock_batch.model import BatchModel

_GOV: Final = "us-gov"
# How the names of the Regions begin that can call the profiles with a prefix. AWS adds profiles and Regions often, so
# the table is generous and leads to a warning, not to an error.
_CALLED_FROM: Final = {
    "amer": ("us-", "ca-", "mx-", "sa-"),
    "apac": ("ap-", "me-", "il-"),
    "au": ("ap-",),
    "ca": ("ca-", "us-"),
    "eu": ("eu-", "il-", "me-", "af-"),
    "jp": ("ap-",),
    "us": ("us-", "ca-", "mx-", "sa-"),
}


def check_region(job: Construct, view: StackView, model: BatchModel) -> None:
    """Check a job's model against the environment of its stack. Tokens are not checked.

    :raises ValueError: the model is in another Region, account or partition, which CreateModelInvocationJob refuses.
    """
    model_id = model.model_id
    if model_id.startswith("arn:"):
        _check_arn(view, model_id)
    if not has_token(view.region):
        _check_geography(job, view, model)


def check_places(job: Construct, view: StackView, *places: S3Location) -> None:
    """Warn of a bucket that is known to lie in another Region, where Amazon Bedrock does not look for it."""
    for place in places:
        region = None if place.bucket is None else NamedBucket.of(place.bucket).region
        if region and not has_token(region) and not has_token(view.region) and region != view.region:
            Validations.of(job).add_warning(
                "cdk-bedrock-batch:bucket-region",
                f"the bucket {view.readable(place.bucket_name)} lies in {region}, the stack deploys to {view.region}; "
                "Amazon Bedrock reads and writes buckets of the job's own Region only",
            )


def _check_arn(view: StackView, arn: str) -> None:
    fields = Arn.parse(arn)
    if fields is None:
        return
    for what, found, wanted in (
        ("partition", fields.partition, view.known("AWS::Partition")),
        ("Region", fields.region, view.known("AWS::Region")),
        ("account", fields.account, view.known("AWS::AccountId")),
    ):
        if found and not has_token(found) and wanted is not None and found != wanted:
            raise ValueError(
                f"a job runs a model of its own {what}, the stack deploys to {wanted}, but the model is of {found}: "
                f"{arn}"
            )


def _check_geography(job: Construct, view: StackView, model: BatchModel) -> None:
    geography, region = model.geography, view.region
    if geography is None:
        return
    profile = view.readable(model.model_id)
    gov_region = region.startswith(f"{_GOV}-")
    if (geography == _GOV) is not gov_region:
        raise ValueError(
            f"the inference profile {profile} cannot be called from {region}: profiles of AWS GovCloud (US) "
            f"start with {_GOV}., and no other profile exists there"
        )
    called_from = _CALLED_FROM.get(geography)
    if called_from is not None and not region.startswith(called_from):
        Validations.of(job).add_warning(
            "cdk-bedrock-batch:profile-region",
            f"the inference profile {profile} is of the geography {geography}, the stack deploys to {region}; "
            "Amazon Bedrock refuses a profile that does not exist in the Region of the job",
        )
