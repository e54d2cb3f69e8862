"""Runs a job of GitLab CI as a runner does: `extends`, variables, then before_script and script in one shell."""

from __future__ import annotations

import os
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

# They install packages, which are there.
_INSTALLS = ("pip install ", "npm ci")


@dataclass
class Ran:
    """What a job has left."""

    code: int
    log: str


@dataclass
class Pipeline:
    """One pipeline, whose jobs can be run again. `keys` are those of the role."""

    repository: Repository
    folder: Path
    commit: str
    aws: EmbeddedAws | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] | None = None
    pipeline_id: str = "2001"
    _jobs: int = 0

    def run(self, name: str) -> Ran:
        """One job, with the artifacts of those before it."""
        self._jobs += 1
        job = self._job(name)
        place = self.folder / f"{name}-{self._jobs}"
        work = place / "work"
        work.mkdir(parents=True)
        given = self._given(job)
        if given.get("GIT_STRATEGY") != "none":
            self.repository.clone(work, self.commit)
        kept = self.folder / "artifacts"
        if kept.exists() and "id_tokens" not in job:
            # Links stay links, as in the archive of GitLab.
            subprocess.run(["cp", "-aT", "--remove-destination", str(kept), str(work)], check=True)
        variables = without_credentials(self.folder / "home") | given
        if "id_tokens" in job:
            variables["AWS_ID_TOKEN"] = "a token"
            # Keys count more than the token, which no one here would take.
            if self.aws is not None:
                variables = with_credentials(self.aws, variables, self.keys)
        ran = _run(job, work, variables)
        self._keep(job.get("artifacts", {}), work, kept)
        return ran

    def _job(self, name: str) -> dict[str, Any]:
        document = yaml.safe_load((self.repository.folder / ".gitlab-ci.yml").read_text("utf-8"))
        job = document[name]
        base = document[job["extends"]] if "extends" in job else {}
        return {**base, **job, "variables": {**base.get("variables", {}), **job.get("variables", {})}}

    def _given(self, job: Mapping[str, Any]) -> dict[str, str]:
        predefined = {
            "CI_COMMIT_SHA": self.commit,
            "CI_DEFAULT_BRANCH": "main",
            "CI_PIPELINE_ID": self.pipeline_id,
            "CI_PIPELINE_URL": "https://gitlab.com/p",
            **self.variables,
        }
        of_job = {
            name: re.sub(r"\$(\w+)", lambda found: predefined.get(found[1], ""), str(value))
            for name, value in job["variables"].items()
        }
        return predefined | of_job

    def _keep(self, artifacts: Mapping[str, Any], work: Path, kept: Path) -> None:
        for path in artifacts.get("paths", []):
            kept.mkdir(exist_ok=True)
            (kept / path).unlink(missing_ok=True)
            if (work / path).exists():
                shutil.copy(work / path, kept, follow_symlinks=False)


def _run(job: Mapping[str, Any], work: Path, variables: Mapping[str, str]) -> Ran:
    commands = [*_flat(job.get("before_script", [])), *_flat(job["script"])]
    due = [each for each in commands if not each.startswith(_INSTALLS)]
    # GitLab Runner, "Types of shells supported": set -eo pipefail.
    run = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(due)],
        cwd=work,
        env={**variables, "PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Ran(run.returncode, run.stdout)


def _flat(commands: list[Any]) -> list[str]:
    """GitLab, "YAML optimization": a list of commands may hold others."""
    return [each for found in commands for each in (found if isinstance(found, list) else [found])]
