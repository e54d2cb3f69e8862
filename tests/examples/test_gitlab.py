"""The pipeline of GitLab: one note with the plan, a verdict, and on the embedded AWS what its deployments pay."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.cloud import REGION, Cloud
from examples.gitlab_runner import Pipeline
from examples.repository import Repository
from examples.web import Web

MARKER = "<!-- bedrock-batch plan -->"
NIGHTLY = "BedrockBatchJobs-nightly"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.make(tmp_path / "repository", "gitlab-ci")


def merge_request(repository: Repository, folder: Path, service: Web, base: str, **more: str) -> Pipeline:
    """The pipeline of the branch that is checked out."""
    variables = {
        "CI_API_V4_URL": f"{service.url}/api/v4",
        "CI_COMMIT_SHA": repository.head,
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_MERGE_REQUEST_IID": "7",
        "CI_PROJECT_ID": "5",
        **more,
    }
    return Pipeline(repository, folder, repository.head, variables=variables)


def test_a_merge_request_gets_one_note_which_its_later_pipelines_update(
    repository: Repository, service: Web, tmp_path: Path
) -> None:
    for number in range(120):
        service.add(f"Comment {number}", "a-person", 3)
    service.add(f"{MARKER}\nnot ours", "a-person", 3)
    base = repository.head
    repository.branch("change")
    repository.add_job("cities")
    pipeline = merge_request(repository, tmp_path / "run", service, base, PLAN_NOTE_TOKEN="token-of-the-note")

    assert pipeline.run("plan").code == 0
    assert pipeline.run("note").code == 0
    assert pipeline.run("note").code == 0
    (note,) = service.plans
    assert note.startswith(f"{MARKER}\n")
    assert "1 paid job starts" in note
    assert pipeline.run("verdict").code == 0


@pytest.mark.soak
def test_without_a_token_the_plan_is_an_artifact_and_a_ceiling_still_fails(
    repository: Repository, service: Web, tmp_path: Path
) -> None:
    base = repository.head
    repository.branch("change")
    repository.add_job("cities", records=10_001)
    pipeline = merge_request(repository, tmp_path / "run", service, base)

    assert pipeline.run("plan").code == 0
    note = pipeline.run("note")
    assert (note.code, note.log) == (0, "There is no PLAN_NOTE_TOKEN: the plan is an artifact only.\n")
    assert "1 ceiling may be exceeded" in (tmp_path / "run" / "artifacts" / "plan.md").read_text("utf-8")
    verdict = pipeline.run("verdict")
    assert (verdict.code, verdict.log) == (1, "Above a ceiling: the plan names it.\n")
    assert service.plans == []


@pytest.mark.soak
def test_a_push_starts_its_jobs_once_and_a_night_starts_its_own_once(
    cloud: Cloud, repository: Repository, tmp_path: Path
) -> None:
    before, runs = cloud.started, iter(range(2001, 2099))

    def pipeline() -> Pipeline:
        number = str(next(runs))
        folder, variables = tmp_path / number, {"AWS_REGION": REGION}
        return Pipeline(repository, folder, repository.head, aws=cloud.aws, variables=variables, pipeline_id=number)

    first = pipeline()
    refused = first.run("deploy")
    assert refused.code != 0
    assert "terminal" in refused.log
    assert cloud.started == before
    assert first.run("deploy-iam").code == 0
    assert cloud.started == before + 1
    assert pipeline().run("deploy").code == 0
    assert cloud.started == before + 1

    night = pipeline()
    assert night.run("nightly-iam").code == 0
    assert (cloud.started, len(cloud.live(NIGHTLY))) == (before + 2, 1)
    assert night.run("nightly").code == 0
    jobs = cloud.live(NIGHTLY)
    assert (cloud.started, len(jobs)) == (before + 2, 1)

    repository.add_job("triage", "bridges")
    assert pipeline().run("deploy").code == 0
    assert (cloud.started, cloud.live(NIGHTLY)) == (before + 3, jobs)
    older = first.run("deploy")
    assert (older.code, cloud.started) == (1, before + 3), older.log
    assert pipeline().run("nightly").code == 0
    assert cloud.started == before + 4
