"""A repository with the app of this project, job files, and an example that was copied into it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from e2e.prompts import many, write_prompts

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
_JOB = "name: {name}\nmodel: amazon.nova-lite-v1:0\ninvocation_type: Converse\ninput: {name}.jsonl\n"
_WHO = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]


@dataclass(frozen=True)
class Repository:
    """A Git repository whose branch `main` has the app, one job, and an example."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, example: str) -> Repository:
        """Write the files of `main`."""
        folder.mkdir()
        for name in ("app.py", "cdk.json"):
            shutil.copy(ROOT / name, folder)
        shutil.copytree(EXAMPLES / example, folder, dirs_exist_ok=True)
        repository = cls(folder)
        repository._git("init", "--quiet", "--initial-branch", "main")
        repository.add_job("triage")
        return repository

    def add_job(self, name: str, topic: str = "rivers", records: int = 5_000) -> str:
        """Add a job, or give it other records. The commit."""
        write_prompts(self.folder / "jobs" / f"{name}.jsonl", many(records, topic))
        (self.folder / "jobs" / f"{name}.yaml").write_text(_JOB.format(name=name))
        return self.commit(f"{name}: {topic}")

    def commit(self, message: str) -> str:
        """Commit all files. The commit."""
        self._git("add", "--all")
        self._git(*_WHO, "commit", "--quiet", "--message", message)
        return self.head

    def branch(self, name: str) -> None:
        """Begin a branch at `main`."""
        self._git("checkout", "--quiet", "-B", name, "main")

    def merge(self, name: str) -> str:
        """What GitHub checks out for a pull request: its merge with `main`. The commit."""
        self._git("checkout", "--quiet", "--detach", "main")
        self._git(*_WHO, "merge", "--quiet", "--no-ff", "--message", "merge", name)
        return self.head

    def clone(self, folder: Path, commit: str) -> None:
        """Check a commit out into a folder, with its history."""
        subprocess.run(["git", "clone", "--quiet", "--no-checkout", str(self.folder), str(folder)], check=True)
        subprocess.run(["git", "-C", str(folder), "checkout", "--quiet", "--detach", commit], check=True)

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return self._git("rev-parse", "HEAD")

    def _git(self, *arguments: str) -> str:
        run = subprocess.run(["git", "-C", str(self.folder), *arguments], check=True, capture_output=True, text=True)
        return run.stdout.strip()
