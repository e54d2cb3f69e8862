"""The finding ids of cdk-nag's rule IAM5 for wildcards in policies, and why they stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cdk_bedrock_batch._iam import actions_of, resources_of
from cdk_bedrock_batch._nag.findings import SERVICE_ROLE_WILDCARDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cdk_bedrock_batch._iam import Statement
    from cdk_bedrock_batch._template import StackView

_VARIABLE: Final = re.compile(r"\$\{(.*?)\}")


def wildcard_ids(view: StackView, reasons: Mapping[str, str]) -> dict[str, str]:
    """The ids of resources with a wildcard, and their reasons.

    :param reasons: IAM resource to reason. Resources without a wildcard are left out.
    """
    named = {_VARIABLE.sub(r"<\1>", view.written(resource)): reason for resource, reason in reasons.items()}
    return {f"AwsSolutions-IAM5[Resource::{name}]": reason for name, reason in named.items() if "*" in name}


def service_role_wildcard_ids(view: StackView, statements: Iterable[Statement]) -> dict[str, str]:
    """The same for the statements of a service role."""
    return wildcard_ids(
        view,
        {
            resource: SERVICE_ROLE_WILDCARDS[service]
            for statement in statements
            if (service := actions_of(statement)[0].partition(":")[0]) in SERVICE_ROLE_WILDCARDS
            for resource in resources_of(statement)
        },
    )
