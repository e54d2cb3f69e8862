"""What code of a merge request may leave in the artifact of its plan, and what the next jobs make of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from examples.github_runner import Ran, Workflow
from examples.gitlab_runner import Pipeline
from examples.repository import Repository
from examples.web import Web

Leave = Callable[[Path], None]


def a_link_to_the_variables(plan: Path) -> None:
    plan.symlink_to("/proc/self/environ")


def a_folder(plan: Path) -> None:
    plan.mkdir()


def a_pipe(plan: Path) -> None:
    os.mkfifo(plan)


HOSTILE = pytest.mark.parametrize("leave", [a_link_to_the_variables, a_folder, a_pipe])


def github(folder: Path, service: Web) -> Workflow:
    """A run for a pull request. No job of it checks anything out here."""
    repository = Repository.make(folder / "repository", "github-actions")
    head = {"sha": repository.head, "repo": {"full_name": "someone/jobs"}}
    event = {"pull_request": {"number": 7, "head": head}}
    (folder / "run" / "artifacts" / "plan").mkdir(parents=True)
    return Workflow(repository, "plan.yml", folder / "run", repository.head, event=event, api=service.url)


def gitlab(folder: Path, service: Web) -> Pipeline:
    """A pipeline of a merge request, with the token that writes notes."""
    repository = Repository.make(folder / "repository", "gitlab-ci")
    variables = {
        "CI_API_V4_URL": f"{service.url}/api/v4",
        "CI_COMMIT_SHA": repository.head,
        "CI_MERGE_REQUEST_IID": "7",
        "CI_PROJECT_ID": "5",
        "PLAN_NOTE_TOKEN": "token-of-the-note",
    }
    (folder / "run" / "artifacts").mkdir(parents=True)
    return Pipeline(repository, folder / "run", repository.head, variables=variables)


@HOSTILE
def test_a_comment_holds_no_token(service: Web, tmp_path: Path, leave: Leave) -> None:
    run = github(tmp_path, service)
    leave(tmp_path / "run" / "artifacts" / "plan" / "plan.md")

    ran = run.only("comment", plan=Ran(outputs={"code": "10"}))

    assert ran.result == "success", ran.log
    (comment,) = service.plans
    assert "token-of-the-run" not in comment
    assert "There is no plan: the run says why." in comment
    assert "plan.md is refused" in ran.log


@HOSTILE
def test_a_note_holds_no_token(service: Web, tmp_path: Path, leave: Leave) -> None:
    pipeline = gitlab(tmp_path, service)
    leave(tmp_path / "run" / "artifacts" / "plan.md")

    ran = pipeline.run("note")

    assert ran.code == 0, ran.log
    (note,) = service.plans
    assert "token-of-the-note" not in note
    assert "There is no plan: the job says why." in note
    assert "plan.md is refused" in ran.log


def test_a_note_imports_nothing_that_a_job_has_left_in_its_folder(service: Web, tmp_path: Path) -> None:
    """GitLab Runner, "Git strategy": with `none` the folder may hold the files of a job before."""
    pipeline = gitlab(tmp_path, service)
    (tmp_path / "run" / "artifacts" / "json.py").write_text("raise SystemExit('imported')\n")

    ran = pipeline.run("note")

    assert ran.code == 0, ran.log
    assert len(service.plans) == 1


@pytest.mark.parametrize(
    "left", ["", "010", "10 ", "+10", "256", "10\nCI_API_V4_URL=http://127.0.0.1:9", "10" * 100, None]
)
def test_an_exit_code_is_a_number_or_there_is_no_plan(service: Web, tmp_path: Path, left: str | None) -> None:
    """`None` is a link to a file with a number."""
    pipeline = gitlab(tmp_path, service)
    code = tmp_path / "run" / "artifacts" / "plan.code"
    if left is None:
        (tmp_path / "elsewhere").write_text("10\n")
        code.symlink_to(tmp_path / "elsewhere")
    else:
        code.write_text(left)

    ran = pipeline.run("verdict")

    assert (ran.code, ran.log) == (1, "There is no plan: the log of the job plan says why.\n")


@pytest.mark.parametrize(("left", "verdict"), [("0\n", 0), ("10\n", 0), ("11\n", 1)])
def test_an_exit_code_is_read_from_the_artifact(service: Web, tmp_path: Path, left: str, verdict: int) -> None:
    pipeline = gitlab(tmp_path, service)
    (tmp_path / "run" / "artifacts" / "plan.code").write_text(left)

    ran = pipeline.run("verdict")

    assert ran.code == verdict
    assert "There is no plan" not in ran.log
