"""A deployment that is run again later: another commit is the newest by then, and the older one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples import gitlab_runner
from examples.github_runner import Workflow
from examples.repository import Repository
from examples.web import Web


def test_github_refuses_to_deploy_a_commit_that_is_no_longer_the_newest(service: Web, tmp_path: Path) -> None:
    repository = Repository.make(tmp_path / "repository", "github-actions")
    run = Workflow(repository, "deploy.yml", tmp_path / "run", repository.head, api=service.url)
    service.main = repository.add_job("triage", "bridges")

    ran = run.run()["deploy"]

    assert ran.result == "failure"
    assert f"::error::main is at {service.main}. An older commit could start its jobs anew." in ran.log
    assert "Synthesize" not in ran.log


@pytest.mark.parametrize("job", ["deploy", "deploy-iam"])
def test_gitlab_refuses_to_deploy_a_commit_that_is_no_longer_the_newest(tmp_path: Path, job: str) -> None:
    repository = Repository.make(tmp_path / "repository", "gitlab-ci")
    pipeline = gitlab_runner.Pipeline(repository, tmp_path / "run", repository.head)
    newest = repository.add_job("triage", "bridges")

    ran = pipeline.run(job)

    assert (ran.code, ran.log) == (1, f"main is at {newest}. An older commit could start its jobs anew.\n")
