"""The first deployment of the workflow of GitHub. What follows it takes longer: `test_github_deploy.py` has it."""

from __future__ import annotations

from pathlib import Path

from e2e.cloud import Cloud
from examples.github_pipeline import Pipeline
from examples.web import Web


def test_a_person_approves_the_first_deployment_which_starts_the_job(
    cloud: Cloud, service: Web, tmp_path: Path
) -> None:
    pipeline = Pipeline.make(cloud, tmp_path, service)

    ran = pipeline.deploy(approve_iam=True)

    assert ran.result == "success", ran.log
    assert pipeline.paid == 1
    assert "1 paid job starts" in ran.summary
    assert len(cloud.live("BedrockBatchJobs-prod")) == 1
