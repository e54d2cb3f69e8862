"""Where a statement or a condition comes from: a page of AWS on batch inference, another page, or this library."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Basis(StrEnum):
    """How well it is documented."""

    BATCH = "batch"
    """A page of AWS on batch inference says so."""
    ELSEWHERE = "elsewhere"
    """Another page of AWS says so, or AWS CDK writes it."""
    OURS = "ours"
    """This library, or its user, has chosen it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page as Markdown, or who says so."""

    text: str
    basis: Basis


def _page(title: str, url: str, basis: Basis) -> Source:
    return Source(f"[{title}](https://docs.aws.amazon.com/{url})", basis)


_GUIDE: Final = "bedrock/latest/userguide"

SERVICE_ROLE: Final = _page(
    "Create a custom service role for batch inference", f"{_GUIDE}/batch-iam-sr.html", Basis.BATCH
)
CALLER: Final = _page(
    "Required permissions for batch inference", f"{_GUIDE}/batch-inference-permissions.html", Basis.BATCH
)
NETWORK: Final = _page("Protect batch inference jobs using a VPC", f"{_GUIDE}/batch-vpc.html", Basis.BATCH)

GLOBAL: Final = _page("Global cross-Region inference", f"{_GUIDE}/global-cross-region-inference.html", Basis.ELSEWHERE)
PROFILES: Final = _page(
    "Prerequisites for inference profiles", f"{_GUIDE}/inference-profiles-prereq.html", Basis.ELSEWHERE
)
BUCKETS: Final = _page("Access to Amazon S3 buckets", f"{_GUIDE}/s3-bucket-access.html", Basis.ELSEWHERE)
AUTHORIZATION: Final = _page(
    "Service authorization reference", "service-authorization/latest/reference/list_bedrock.html", Basis.ELSEWHERE
)
S3_KEYS: Final = _page(
    "Condition keys of Amazon S3", "service-authorization/latest/reference/list_amazons3.html", Basis.ELSEWHERE
)
GLOBAL_KEYS: Final = _page(
    "AWS global condition context keys",
    "IAM/latest/UserGuide/reference_policies_condition-keys.html",
    Basis.ELSEWHERE,
)
KMS_KEYS: Final = _page("AWS KMS condition keys", "kms/latest/developerguide/conditions-kms.html", Basis.ELSEWHERE)
ALIASES: Final = _page(
    "Use aliases to control access to KMS keys",
    "kms/latest/developerguide/alias-authorization.html",
    Basis.ELSEWHERE,
)

FUNCTION_NETWORK: Final = _page(
    "Giving Lambda functions access to resources in an Amazon VPC",
    "lambda/latest/dg/configuration-vpc.html",
    Basis.ELSEWHERE,
)
FUNCTION_ARN: Final = _page(
    "Working with Lambda execution environment credentials",
    "lambda/latest/dg/permissions-source-function-arn.html",
    Basis.ELSEWHERE,
)

ALARM_TOPIC: Final = _page(
    "Example cases for Amazon SNS access control", "sns/latest/dg/sns-access-policy-use-cases.html", Basis.ELSEWHERE
)
ENCRYPTED_TOPIC: Final = _page(
    "Managing Amazon SNS encryption keys", "sns/latest/dg/sns-key-management.html", Basis.ELSEWHERE
)
EVENT_KEYS: Final = _page(
    "Condition keys of Amazon EventBridge",
    "service-authorization/latest/reference/list_amazoneventbridge.html",
    Basis.ELSEWHERE,
)
METRIC_KEYS: Final = _page(
    "Condition keys of Amazon CloudWatch",
    "service-authorization/latest/reference/list_amazoncloudwatch.html",
    Basis.ELSEWHERE,
)

CDK: Final = Source("AWS CDK", Basis.ELSEWHERE)
OURS: Final = Source("this library", Basis.OURS)
USER: Final = Source("the user", Basis.OURS)
