"""The workflows of GitHub on the embedded AWS, with the rights of their role: what a push and a night pay."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.cloud import Cloud
from examples.github_pipeline import Pipeline
from examples.web import Web

NIGHTLY = "BedrockBatchJobs-nightly"


@pytest.fixture
def pipeline(cloud: Cloud, service: Web, tmp_path: Path) -> Pipeline:
    return Pipeline.make(cloud, tmp_path, service)


@pytest.mark.soak
def test_a_push_starts_its_jobs_once_and_a_night_starts_its_own_once(cloud: Cloud, pipeline: Pipeline) -> None:
    refused = pipeline.deploy()
    assert refused.result == "failure"
    assert "terminal" in refused.log
    assert "triage" in refused.summary
    assert "AWS::IAM::Role" in refused.summary
    assert pipeline.paid == 0

    first_push = pipeline.workflow("deploy.yml", approve_iam=True)
    first = first_push.run()["deploy"]
    assert (first.result, pipeline.paid) == ("success", 1), first.log
    again = pipeline.deploy()
    assert (again.result, pipeline.paid) == ("success", 1), again.log

    night = pipeline.workflow("nightly.yml", approve_iam=True)
    assert night.run()["nightly"].result == "success"
    assert (pipeline.paid, len(cloud.live(NIGHTLY))) == (2, 1)
    night_again = night.run()["nightly"]
    assert (night_again.result, pipeline.paid) == ("success", 2), night_again.log

    jobs = cloud.live(NIGHTLY)
    pipeline.repository.add_job("triage", "bridges", records=5_000)
    push = pipeline.deploy()
    assert (push.result, pipeline.paid) == ("success", 3), push.log
    assert cloud.live(NIGHTLY) == jobs
    older = first_push.run()["deploy"]
    assert (older.result, pipeline.paid) == ("failure", 3), older.log
    assert "An older commit could start its jobs anew" in older.log

    next_night = pipeline.workflow("nightly.yml").run()["nightly"]
    assert (next_night.result, pipeline.paid) == ("success", 4), next_night.log
    jobs = cloud.live(NIGHTLY)
    older = night.run()["nightly"]
    assert older.result == "failure"
    assert "An older one would stop its jobs" in older.log
    assert (pipeline.paid, cloud.live(NIGHTLY)) == (4, jobs)
