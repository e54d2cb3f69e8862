"""The workflows of GitHub on the embedded AWS, with the rights of their role: what a push and a night pay."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from e2e.cloud import Cloud
from examples.deploy_role import keys_of_user
from examples.github_runner import Ran, Workflow
from examples.repository import Repository
from examples.web import Web

PROD, NIGHTLY = "BedrockBatchJobs-prod", "BedrockBatchJobs-nightly"


@dataclass
class Pipeline:
    """A repository, and the runs of its workflows."""

    cloud: Cloud
    repository: Repository
    folder: Path
    service: Web
    keys: dict[str, str]
    _runs: int = 0

    def workflow(self, name: str, *, approve_iam: bool = False) -> Workflow:
        """A run of a workflow for the newest commit of `main`."""
        self._runs += 1
        run_id = 1000 + self._runs
        if name == "nightly.yml":
            self.service.runs.insert(0, run_id)
        return Workflow(
            self.repository,
            name,
            self.folder / str(run_id),
            self.repository.head,
            aws=self.cloud.aws,
            inputs={"approve_iam": approve_iam},
            keys=self.keys,
            run_id=str(run_id),
            api=self.service.url,
        )

    def deploy(self, *, approve_iam: bool = False) -> Ran:
        """The only job of a deployment."""
        return self.workflow("deploy.yml", approve_iam=approve_iam).run()["deploy"]

    def paid(self, since: int) -> int:
        """Jobs that were paid for since then."""
        return self.cloud.started - since


@pytest.fixture
def pipeline(cloud: Cloud, service: Web, tmp_path: Path) -> Pipeline:
    repository = Repository.make(tmp_path / "repository", "github-actions")
    return Pipeline(cloud, repository, tmp_path / "runs", service, keys_of_user(cloud, "github-actions"))


@pytest.mark.soak
def test_a_push_starts_its_jobs_once_and_a_night_starts_its_own_once(cloud: Cloud, pipeline: Pipeline) -> None:
    before = cloud.started

    refused = pipeline.deploy()
    assert refused.result == "failure"
    assert "terminal" in refused.log
    assert "triage" in refused.summary
    assert "AWS::IAM::Role" in refused.summary
    assert pipeline.paid(before) == 0

    first = pipeline.deploy(approve_iam=True)
    assert (first.result, pipeline.paid(before)) == ("success", 1), first.log
    again = pipeline.deploy()
    assert (again.result, pipeline.paid(before)) == ("success", 1), again.log

    night = pipeline.workflow("nightly.yml", approve_iam=True)
    assert night.run()["nightly"].result == "success"
    assert (pipeline.paid(before), len(cloud.live(NIGHTLY))) == (2, 1)
    night_again = night.run()["nightly"]
    assert (night_again.result, pipeline.paid(before)) == ("success", 2), night_again.log

    jobs = cloud.live(NIGHTLY)
    pipeline.repository.add_job("triage", "bridges", records=5_000)
    push = pipeline.deploy()
    assert (push.result, pipeline.paid(before)) == ("success", 3), push.log
    assert cloud.live(NIGHTLY) == jobs

    next_night = pipeline.workflow("nightly.yml").run()["nightly"]
    assert (next_night.result, pipeline.paid(before)) == ("success", 4), next_night.log
    jobs = cloud.live(NIGHTLY)
    older = night.run()["nightly"]
    assert older.result == "failure"
    assert "An older one would stop its jobs" in older.log
    assert (pipeline.paid(before), cloud.live(NIGHTLY)) == (4, jobs)
