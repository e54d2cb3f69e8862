"""The rule packs of cdk-nag, run over construct trees."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import cdk_nag
import pytest
from aws_cdk import Validations
from constructs import IConstruct

PACKS: Final[dict[str, type[cdk_nag.NagPack]]] = {
    "AwsSolutions": cdk_nag.AwsSolutionsChecks,
    "HIPAA.Security": cdk_nag.HIPAASecurityChecks,
    "NIST.800.53.R4": cdk_nag.NIST80053R4Checks,
    "NIST.800.53.R5": cdk_nag.NIST80053R5Checks,
    "PCI.DSS.321": cdk_nag.PCIDSS321Checks,
    "Serverless": cdk_nag.ServerlessChecks,
}


def findings(scope: IConstruct, *packs: str) -> set[tuple[str, str]]:
    """Path of the resource and finding id of all that the packs report of a tree; all packs unless some are named."""
    return {
        (resource.construct_path or "", violation.rule_name)
        for name in packs or PACKS
        for violation in PACKS[name]().validate_scope(scope).violations
        for resource in violation.violating_resources
    }


def of_the_library(found: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """What is left without the policy of the principal to whom `grants` grants: that is the user's to answer for."""
    return {(path, finding) for path, finding in found if "/grants/Reader/" not in path}


@contextmanager
def nothing_acknowledged() -> Iterator[None]:
    """Constructs that are made meanwhile acknowledge nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Validations, "acknowledge", lambda *_: None)
        yield
