"""Runs a workflow of GitHub Actions as GitHub does: jobs by what they need, `run:` with bash -e, `uses:` by name."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bedrock_batch_local.embedded import EmbeddedAws
from examples.repository import Repository
from examples.surroundings import with_credentials, without_credentials

# Workflow syntax of GitHub Actions, `jobs.<job_id>.steps[*].shell`.
_SHELLS = {None: ["bash", "-e"], "python": ["python"]}
_NAME = re.compile(r"\b(?:github|inputs|needs|steps|vars)\.[\w.-]+")


@dataclass
class Ran:
    """What a job has left."""

    result: str = "success"
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    log: str = ""


@dataclass
class Workflow:
    """One run of a workflow, which can be run again.

    `event` is what `github.event` shows, `about` other members of `github`. `keys` are those of the role.
    """

    repository: Repository
    name: str
    folder: Path
    commit: str
    aws: EmbeddedAws | None = None
    event: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, str] | None = None
    run_id: str = "1001"
    api: str = "http://127.0.0.1:9"
    _attempt: int = 0

    def run(self) -> dict[str, Ran]:
        """All jobs, in the order of the file."""
        self._attempt += 1
        ran: dict[str, Ran] = {}
        for name, job in self._jobs().items():
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            ran[name] = self._due(name, job, {each: ran[each] for each in needs})
        return ran

    def only(self, name: str, **needs: Ran) -> Ran:
        """One job, after those that it needs."""
        self._attempt += 1
        return self._due(name, self._jobs()[name], needs)

    def _jobs(self) -> dict[str, Any]:
        file = self.repository.folder / ".github" / "workflows" / self.name
        return dict(yaml.safe_load(file.read_text("utf-8"))["jobs"])

    def _due(self, name: str, job: Mapping[str, Any], needs: Mapping[str, Ran]) -> Ran:
        context = self._context(needs={each: vars(found) for each, found in needs.items()})
        whether = str(job.get("if", "true"))
        is_due = "cancelled()" in whether or all(each.result == "success" for each in needs.values())
        return self._job(name, job, context) if is_due and _value(whether, context) else Ran("skipped")

    def _context(self, **more: Any) -> dict[str, Any]:
        github = {
            "event": self.event,
            "ref": "refs/heads/main",
            "repository": "someone/jobs",
            "run_id": self.run_id,
            "server_url": "https://github.com",
            "token": "token-of-the-run",
        }
        return {"github": github, "inputs": self.inputs, "vars": {}, "steps": {}, **more}

    def _job(self, name: str, job: Mapping[str, Any], context: dict[str, Any]) -> Ran:
        place = self.folder / f"{name}-{self._attempt}"
        work = place / "work"
        work.mkdir(parents=True)
        variables = without_credentials(self.folder / "home") | self._variables(place)
        ran = Ran()
        for step in job["steps"]:
            if not _value(str(step.get("if", "true")), context):
                continue
            if action := step.get("uses", "").partition("@")[0]:
                done = self._action(action, step.get("with", {}), work)
                if action == "aws-actions/configure-aws-credentials":
                    assert self.aws is not None
                    variables = with_credentials(self.aws, variables, self.keys)
                if not done and not step.get("continue-on-error"):
                    ran.result = "failure"
                    break
            elif step["name"] != "Install":
                env = {key: _filled(str(value), context) for key, value in step.get("env", {}).items()}
                code, log = _run(step, work, variables | env)
                ran.log += log
                if "id" in step:
                    lines = Path(variables["GITHUB_OUTPUT"]).read_text("utf-8").splitlines()
                    context["steps"][step["id"]] = {"outputs": dict(line.split("=", 1) for line in lines)}
                if code:
                    ran.result = "failure"
                    break
        ran.summary = Path(variables["GITHUB_STEP_SUMMARY"]).read_text("utf-8")
        ran.outputs = {key: _filled(value, context) for key, value in job.get("outputs", {}).items()}
        return ran

    def _variables(self, place: Path) -> dict[str, str]:
        files = {f"GITHUB_{name}": place / name for name in ("STEP_SUMMARY", "OUTPUT", "PATH", "ENV")}
        for file in files.values():
            file.touch()
        return {
            "GITHUB_API_URL": self.api,
            "GITHUB_REPOSITORY": "someone/jobs",
            "GITHUB_RUN_ATTEMPT": str(self._attempt),
            "GITHUB_RUN_ID": self.run_id,
            "GITHUB_SHA": self.commit,
            **{name: str(file) for name, file in files.items()},
        }

    def _action(self, action: str, options: Mapping[str, Any], work: Path) -> bool:
        """What an action does here. Whether it went well."""
        kept = self.folder / "artifacts" / str(options.get("name"))
        match action:
            case "actions/checkout":
                self.repository.clone(work, self.commit)
            case "actions/upload-artifact":
                shutil.rmtree(kept, ignore_errors=True)
                if (work / options["path"]).exists():
                    kept.mkdir(parents=True)
                    shutil.copy(work / options["path"], kept)
            case "actions/download-artifact":
                if not kept.exists():
                    return False
                # Links stay links: whoever runs in the job can upload an archive of their own.
                subprocess.run(["cp", "-aT", str(kept), str(work)], check=True)
            case _:
                assert action in {"actions/setup-python", "aws-actions/configure-aws-credentials"}, action
        return True


def _run(step: Mapping[str, Any], work: Path, variables: Mapping[str, str]) -> tuple[int, str]:
    script = work.parent / "script"
    script.write_text(step["run"])
    run = subprocess.run(
        [*_SHELLS[step.get("shell")], str(script)],
        cwd=work,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return run.returncode, f"== {step['name']}\n{run.stdout}"


def _filled(text: str, context: Mapping[str, Any]) -> str:
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(_value(found[1], context)), text)


def _value(expression: str, context: Mapping[str, Any]) -> Any:
    """The value of an expression of GitHub, of those that the examples use."""
    expression = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", expression.strip()).replace("cancelled()", "False")
    expression = _NAME.sub(lambda found: repr(_looked_up(found[0], context)), expression)
    for theirs, ours in (("&&", " and "), ("||", " or "), ("!=", "\0"), ("!", " not "), ("\0", "!=")):
        expression = expression.replace(theirs, ours)
    return eval(expression.strip(), {"__builtins__": {}}, {"true": True, "false": False})  # noqa: S307 - our own files


def _looked_up(name: str, context: Mapping[str, Any]) -> Any:
    found: Any = context
    for part in name.split("."):
        found = found.get(part, "") if isinstance(found, Mapping) else ""
    return found
