"""What the ends of jobs tell of an assumption: nothing that they do not show."""

from __future__ import annotations

from typing import Any

import pytest
from live.catalog import Finding
from live.deployed import Declared
from live.judged import AGAIN, UNBOUND, of_app, of_more, once_more

PROFILE = "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-lite-v1:0"
MODEL = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"
NOT_INVOKED = "Customer doesn't have permissions to invokeModel"
NOT_LISTED = "Could not validate ListBucket permissions for S3URI s3://b/k"
FEW = "Input has 99 records"


def job(message: str = "", model: str = PROFILE, status: str = "", name: str = "x-1") -> dict[str, Any]:
    """A job that has completed, or failed if it has a message."""
    told = {"message": message} if message else {}
    return {"status": status or ("Failed" if message else "Completed"), "modelId": model, "jobName": name, **told}


def seen(findings: list[Finding]) -> dict[str, tuple[str, bool | None]]:
    return {finding.key: (finding.observed, finding.holds) for finding in findings}


@pytest.mark.parametrize(
    ("failed", "again"),
    [
        (job(), None),
        (job(status="InProgress"), None),
        (job(FEW), None),
        (job(NOT_INVOKED), Declared("m", run=2, restricted=False)),
        (job(NOT_INVOKED, MODEL), None),
        (job(NOT_LISTED, MODEL), Declared("m", run=2)),
        (job(NOT_LISTED), Declared("m", run=2)),
    ],
)
def test_a_job_is_declared_once_more_only_for_a_reason_that_is_known(failed: dict[str, Any], again: Any) -> None:
    assert once_more(Declared("m"), failed) == again


@pytest.mark.parametrize(
    ("jobs", "told"),
    [
        ({"geographic": job()}, ("yes", True)),
        ({"geographic": job(NOT_INVOKED), f"geographic, {UNBOUND}": job()}, ("no", False)),
        # It fails without the condition, too.
        ({"geographic": job(NOT_INVOKED), f"geographic, {UNBOUND}": job(NOT_INVOKED)}, ("not told", None)),
        ({"geographic": job(NOT_INVOKED)}, ("not told", None)),
        ({"geographic": job(NOT_LISTED), f"geographic, {AGAIN}": job()}, ("yes", True)),
        ({"geographic": job(FEW)}, ("not told", None)),
        ({"geographic": job(status="InProgress")}, ("not told", None)),
    ],
)
def test_the_condition_is_to_blame_only_if_the_job_completes_without_it(
    jobs: dict[str, Any], told: tuple[str, bool | None]
) -> None:
    assert seen(of_app([*jobs.items()]))["profile-key"] == told


def test_a_young_bucket_is_one_in_which_the_same_job_completes_later() -> None:
    again = [("foundation", job(NOT_LISTED, MODEL)), (f"foundation, {AGAIN}", job("", MODEL))]
    never = [("foundation", job(NOT_LISTED, MODEL)), (f"foundation, {AGAIN}", job(NOT_LISTED, MODEL))]

    assert seen(of_app(again)) == {"young-bucket": ("yes", None), "s3-actions": ("yes, for small answers", None)}
    assert seen(of_app(never)) == {"s3-actions": ("not told", None)}


@pytest.mark.parametrize(
    ("folder", "told"),
    [
        (job(), ("yes", True)),
        (job(NOT_LISTED), ("no", False)),
        (job("Could not validate GetObject permissions"), ("not told", None)),
        (job(NOT_LISTED, status="InProgress"), ("not told", None)),
    ],
)
def test_only_the_job_of_a_folder_tells_of_the_prefix(folder: dict[str, Any], told: tuple[str, bool | None]) -> None:
    found = seen(of_more({"whole-bucket": job(), "folder": folder}))

    assert found == {"whole-bucket": ("yes", True), "list-prefix": told}


def test_a_second_attempt_of_the_gate_is_told_with_its_job() -> None:
    (young,) = [each for each in of_more({"folder": job(name="folder-1-2")}) if each.key == "young-bucket"]

    assert (young.observed, young.evidence) == ("yes", "the gate has tried again: folder")
