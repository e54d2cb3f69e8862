"""`cdk gc` deletes uploads that no stack names. No job needs them: the records were copied when it was started."""

from __future__ import annotations

from pathlib import Path

import pytest

from bedrock_batch_local.cdk_cli import CdkCliError
from e2e.assembly import synthesize
from e2e.cloud import ACCOUNT, REGION, Cloud
from e2e.prompts import many, write_prompts

# Of the youngest uploads too, which it keeps for a day by default.
_GC = ("gc", f"aws://{ACCOUNT}/{REGION}", "--unstable=gc", "--type=s3", "--confirm=false", "--created-buffer-days=0")


@pytest.mark.soak
def test_gc_leaves_what_a_deployment_a_rollback_and_another_run_need(cloud: Cloud, tmp_path: Path) -> None:
    first, second = (write_prompts(tmp_path / f"{name}.jsonl", many(5000, name)) for name in ("tides", "dunes"))
    old, new = synthesize(tmp_path / "old", "Collected", first), synthesize(tmp_path / "new", "Collected", second)
    others = _records(cloud)
    cloud.deploy(old)
    of_first = _records(cloud) - others
    job_arn, started = cloud.deploy(new)["JobArn"], cloud.started
    of_second = _records(cloud) - others - of_first

    cloud.cli(new).run(*_GC)

    assert (len(of_first), len(of_second)) == (1, 1)
    assert _records(cloud) & (of_first | of_second) == of_second
    assert (cloud.started, cloud.live("Collected")) == (started, {job_arn})
    # A rollback to what was deployed before starts nothing, and needs no upload.
    with pytest.raises(CdkCliError):
        cloud.deploy(synthesize(tmp_path / "fails", "Collected", first, fails="before"))
    assert (cloud.started, cloud.live("Collected")) == (started, {job_arn})
    # Another run of the same records.
    again = cloud.deploy(synthesize(tmp_path / "again", "Collected", second, run_id="2"))["JobArn"]
    assert (cloud.started, cloud.live("Collected")) == (started + 1, {again})
    # Records whose upload was deleted are uploaded again.
    cloud.cli(new).run(*_GC)
    back = cloud.deploy(old)["JobArn"]
    assert (cloud.started, cloud.live("Collected")) == (started + 2, {back})


def _records(cloud: Cloud) -> set[str]:
    """The uploaded files of records in the bootstrap bucket."""
    bucket = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
    pages = cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {each["Key"] for page in pages for each in page.get("Contents", ()) if each["Key"].endswith(".jsonl")}
