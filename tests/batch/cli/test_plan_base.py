"""`plan` against a base: a Git ref, or the folder of an assembly."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from batch.cli.planned_app import Planned, Project

from bedrock_batch.cli.main import main


def test_a_commit_is_compared_with_the_files_as_they_are(project: Project, plan: Planned) -> None:
    first = project.commit()
    assert plan("--base", "HEAD")[:2] == (0, {"Stack": "nothing"})

    project.write({"Stack": "2", "Other": "1"})
    code, actions, found = plan("--base", first)
    assert (code, actions) == (10, {"Stack": "replaces", "Other": "starts"})
    assert found["base"] == first[:12]
    project.commit()
    code, actions, found = plan("--base", "HEAD~1")
    assert (code, actions) == (10, {"Stack": "replaces", "Other": "starts"})
    assert found["base"] == f"HEAD~1 ({first[:12]})"

    assert project.git("worktree", "list", "--porcelain").count("worktree ") == 1
    assert project.git("status", "--porcelain") == ""


def test_the_app_may_lie_in_a_folder_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plan: Planned
) -> None:
    (tmp_path / "mono").mkdir()
    Project(tmp_path / "mono").git("init", "--quiet")
    project = Project(tmp_path / "mono" / "batch" / "app")
    project.write({"Stack": "1"})
    project.commit()
    project.write({"Stack": "2"})
    monkeypatch.chdir(project.folder)

    assert plan("--base", "HEAD")[:2] == (10, {"Stack": "replaces"})


def test_a_hook_of_the_repository_does_not_run(project: Project, plan: Planned) -> None:
    project.commit()
    hook = project.folder / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {project.folder}/ran\n")
    hook.chmod(0o755)

    assert plan("--base", "HEAD")[0] == 0
    assert not (project.folder / "ran").exists()


def test_a_plan_in_a_hook_leaves_the_commit_alone(project: Project) -> None:
    project.commit()
    project.write({"Stack": "2"})
    project.commit()
    hook = project.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{sys.executable} -m bedrock_batch plan --base HEAD~1 >plan.txt 2>&1; exit 0\n")
    hook.chmod(0o755)
    project.write({"Stack": "3"})
    author = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    project.git(*author, "commit", "--quiet", "--all", "--message", "mine")

    assert (project.folder / "plan.txt").read_text().startswith("1 paid job starts")
    assert project.git("show", "--stat", "--format=", "HEAD").splitlines()[0].split() == ["stacks.json", "|", "2", "+-"]
    assert project.git("status", "--porcelain") == "?? plan.txt"


def test_an_absolute_path_would_compare_the_files_with_themselves(project: Project, plan: Planned) -> None:
    project.commit()
    project.write({"Stack": "2"})

    for given in (["--app", f"{sys.executable} {project.folder}/app.py"], ["-c", f"jobs={project.folder}/jobs"]):
        code, _, found = plan("--base", "HEAD", *given)
        assert code == 2
        assert found["error"]["message"].startswith(f"--app or -c names {project.folder}")


def test_a_base_without_an_app_has_no_jobs(project: Project, plan: Planned) -> None:
    (project.folder / "cdk.json").rename(project.folder / "later.json")
    project.commit()
    (project.folder / "later.json").rename(project.folder / "cdk.json")

    code, actions, found = plan("--base", "HEAD")
    assert (code, actions) == (10, {"Stack": "starts"})
    assert found["notes"][0].startswith("There was no app at HEAD (")


def test_a_base_whose_app_fails_ends_no_plan_and_is_told(
    project: Project, plan: Planned, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write({"Stack": "1"}, app="echo the file is wrong; exit 3")
    project.commit()
    project.write({"Stack": "1"})

    code, actions, found = plan("--base", "HEAD")
    assert (code, actions) == (10, {"Stack": "starts"})
    assert found["notes"][0].endswith("so each job counts as new: the app failed with exit code 3.")
    # A comment of a pull request is public. What an app wrote is for the one who runs the command.
    assert main(["plan", "--base", "HEAD", "--markdown"]) == 10
    out, err = capsys.readouterr()
    assert "the file is wrong" not in out
    assert err.endswith("wrote:\nthe file is wrong\n")


@pytest.mark.parametrize("ref", ["main-of-another", "--output=x", "HEAD:cdk.json", "", "x" * 5000])
def test_what_is_no_commit_and_no_assembly_is_refused(project: Project, plan: Planned, ref: str) -> None:
    project.commit()

    code, _, found = plan(f"--base={ref}")
    assert code == 3
    text = f"--base {ref} is neither a Git ref here nor a folder like cdk.out: the repository has no such commit"
    assert found["error"]["message"] == text


def test_a_folder_outside_of_a_repository_is_compared_with_assemblies_only(project: Project, plan: Planned) -> None:
    before = project.synth("before.out")
    project.write({"Stack": "1", "Other": "1"})

    assert plan("--base", str(before))[:2] == (10, {"Stack": "nothing", "Other": "starts"})
    assert plan("--base", "HEAD")[0] == 3


def test_both_sides_may_be_assemblies(project: Project, plan: Planned) -> None:
    before = project.synth("before.out")
    project.write({"Stack": "1", "Other": "5"})
    after = project.synth("after.out")
    (project.folder / "cdk.json").unlink()

    assert plan("--app", str(after), "--base", str(before))[:2] == (10, {"Stack": "nothing", "Other": "starts"})
    assert plan("--app", str(before), "--base", str(after))[:2] == (0, {"Stack": "nothing", "Other": "nothing"})


def test_a_stack_that_is_no_longer_declared_is_told(project: Project, plan: Planned) -> None:
    before = project.synth("before.out")
    project.write({"Other": "1"})

    code, actions, found = plan("--base", str(before))
    assert (code, actions) == (10, {"Other": "starts", "Stack": "nothing"})
    (note,) = found["jobs"][1]["notes"]
    assert note.startswith("The stack Stack is no longer declared, so no deployment reaches it")


def test_names_choose_stacks(project: Project, plan: Planned) -> None:
    before = project.synth("before.out")
    project.write({"Stack": "2", "Stage-One": "1", "Stage-Two": "1"})

    assert plan("Stage-*", "--base", str(before))[:2] == (10, {"Stage-One": "starts", "Stage-Two": "starts"})
    assert plan("Stack", "Stage-Two", "--base", str(before))[1] == {"Stack": "replaces", "Stage-Two": "starts"}
    code, _, found = plan("Nix", "--base", str(before))
    assert code == 3
    assert found["error"]["message"] == "the app has no stack Nix; it has Stack, Stage-One, Stage-Two"


def test_a_name_reaches_the_stacks_that_a_deployment_of_it_reaches(project: Project, plan: Planned) -> None:
    project.write({"Producer": "1", "Consumer": "1", "Other": "1"})
    before = project.synth("before.out")
    project.write({"Producer": "2", "Consumer": "1", "Other": "2"})
    after = project.synth("after.out")
    manifest = json.loads((after / "manifest.json").read_text())
    manifest["artifacts"]["Consumer"]["dependencies"] = ["Consumer.assets", "Producer"]
    (after / "manifest.json").write_text(json.dumps(manifest))

    found = plan("Consumer", "--app", str(after), "--base", str(before))
    assert found[:2] == (10, {"Producer": "replaces", "Consumer": "nothing"})
