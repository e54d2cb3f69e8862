"""A pull request gets one comment with its plan, and one verdict. The steps of the workflow run as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from examples.github_runner import Ran, Workflow
from examples.repository import Repository
from examples.web import BOT, GITHUB_CHARACTERS, Web

MARKER = "<!-- bedrock-batch plan -->"


def pull_request(repository: Repository, folder: Path, service: Web, *, owner: str = "someone") -> Workflow:
    """The run of the workflow for the branch `change`."""
    head = {"sha": repository.head, "repo": {"full_name": f"{owner}/jobs"}}
    event: dict[str, Any] = {"pull_request": {"number": 7, "head": head}}
    return Workflow(repository, "plan.yml", folder, repository.merge("change"), event=event, api=service.url)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository.make(tmp_path / "repository", "github-actions")
    repository.branch("change")
    return repository


def results(ran: dict[str, Ran]) -> dict[str, str]:
    """The result of each job."""
    return {name: each.result for name, each in ran.items()}


def test_a_pull_request_gets_one_comment_which_its_later_pushes_update(
    repository: Repository, service: Web, tmp_path: Path
) -> None:
    service.add("Nice", "a-person")
    service.add(f"{MARKER}\nnot ours", "a-person")
    for number in range(120):
        service.add(f"Comment {number}", "a-person")
    repository.add_job("cities")
    first = pull_request(repository, tmp_path / "first", service)

    ran = first.run()
    assert results(ran) == {"plan": "success", "comment": "success", "verdict": "success"}, ran
    assert ran["plan"].outputs == {"code": "10"}
    (plan,) = service.plans
    assert plan.startswith(f"{MARKER}\n")
    assert "1 paid job starts" in plan
    assert "cities" in plan
    assert "cities" in ran["plan"].summary

    repository.branch("change")
    (repository.folder / "notes.txt").write_text("No job.\n")
    repository.commit("notes")
    second = pull_request(repository, tmp_path / "second", service)
    ran = second.run()
    assert ran["plan"].outputs == {"code": "0"}, ran
    (plan,) = service.plans
    assert "No paid job starts" in plan
    assert second.only("comment", plan=ran["plan"]).result == "success"
    assert len(service.plans) == 1


@pytest.mark.soak
def test_a_pull_request_of_a_fork_has_its_plan_in_the_summary_alone(
    repository: Repository, service: Web, tmp_path: Path
) -> None:
    repository.add_job("cities")

    ran = pull_request(repository, tmp_path / "run", service, owner="somebody-else").run()

    assert results(ran) == {"plan": "success", "comment": "skipped", "verdict": "success"}
    assert "cities" in ran["plan"].summary
    assert service.plans == []


def test_a_plan_above_a_ceiling_is_commented_and_then_fails(
    repository: Repository, service: Web, tmp_path: Path
) -> None:
    repository.add_job("cities", records=10_001)

    ran = pull_request(repository, tmp_path / "run", service).run()

    assert results(ran) == {"plan": "success", "comment": "success", "verdict": "failure"}, ran
    assert ran["plan"].outputs == {"code": "11"}
    assert "cities" in service.plans[0]


def test_without_a_plan_the_comment_says_so_and_an_old_plan_does_not_stay(
    repository: Repository, service: Web, tmp_path: Path
) -> None:
    service.add(f"{MARKER}\nan old plan", BOT["login"])
    (repository.folder / "jobs" / "triage.yaml").write_text("name: [\n")
    repository.commit("a mistake")

    ran = pull_request(repository, tmp_path / "run", service).run()

    assert results(ran) == {"plan": "success", "comment": "success", "verdict": "failure"}, ran
    assert "triage.yaml" in ran["plan"].log
    (plan,) = service.plans
    assert "There is no plan" in plan
    assert "an old plan" not in plan


def test_a_plan_that_is_longer_than_a_comment_is_cut_off(repository: Repository, service: Web, tmp_path: Path) -> None:
    """Only the job that comments runs: a plan of this length is the work of thousands of jobs."""
    run = pull_request(repository, tmp_path / "run", service)
    plan = tmp_path / "run" / "artifacts" / "plan" / "plan.md"
    plan.parent.mkdir(parents=True)
    plan.write_text(f"{MARKER}\n" + "A job | starts ✓\n" * 5_000, "utf-8")
    assert len(plan.read_text("utf-8")) > GITHUB_CHARACTERS

    ran = run.only("comment", plan=Ran(outputs={"code": "10"}))

    assert ran.result == "success", ran.log
    (comment,) = service.plans
    assert "The plan is cut off here" in comment.splitlines()[1]
    assert comment.count(MARKER) == 1
