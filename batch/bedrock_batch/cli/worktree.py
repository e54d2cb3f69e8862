"""A commit of the repository, laid out in a folder of its own for a while."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bedrock_batch.cli.failure import Exit, Failure


@dataclass(frozen=True)
class Commit:
    """A commit, as a user names it, and its hash."""

    named: str
    hash: str
    folder: Path
    """The folder of the working tree from which Git was asked."""
    top: Path
    """The top folder of the working tree."""

    @property
    def label(self) -> str:
        """What it is called in texts."""
        short = self.hash[:12]
        return short if self.named.startswith(short) else f"{self.named} ({short})"


def find_commit(name: str, folder: Path) -> Commit | None:
    """The commit that a ref, a tag or a hash names in the repository of a folder, None if there is none.

    :raises Failure: Git is not installed.
    """
    found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return Commit(name, found, folder, Path(_git(folder, "rev-parse", "--show-toplevel") or folder)) if found else None


def no_commit(folder: Path) -> str:
    """Why a name is that of no commit."""
    if _git(folder, "rev-parse", "--git-dir") is None:
        return "here is no Git repository"
    is_shallow = _git(folder, "rev-parse", "--is-shallow-repository") == "true"
    return "the clone is shallow, so fetch it first" if is_shallow else "the repository has no such commit"


@contextmanager
def laid_out(commit: Commit) -> Iterator[Path]:
    """The folder that has in the commit the place that `commit.folder` has in the working tree.

    It may not exist. No hook runs, and the working tree stays as it is.

    :raises Failure: Git cannot lay it out.
    """
    below = _git(commit.folder, "rev-parse", "--show-prefix") or ""
    with tempfile.TemporaryDirectory(prefix="bedrock-batch-") as scratch:
        tree = Path(scratch) / "tree"
        added = _run(commit.folder, "worktree", "add", "--quiet", "--detach", "--force", str(tree), commit.hash)
        try:
            if added.returncode:
                raise Failure(f"git cannot lay out {commit.label}: {added.stderr.strip()}", Exit.FILE)
            yield tree / below
        finally:
            _run(commit.folder, "worktree", "remove", "--force", "--force", str(tree))


def _git(folder: Path, *arguments: str) -> str | None:
    done = _run(folder, *arguments)
    return done.stdout.strip() if done.returncode == 0 else None


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "-c", "core.hooksPath=/dev/null", "-C", str(folder), *arguments]
    # In a hook, variables name the repository, and the index of the commit that is being made.
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        # Arguments are no options: a ref comes after --end-of-options, and a hash begins with none.
        return subprocess.run(command, env=own, capture_output=True, text=True, check=False, errors="replace")
    except FileNotFoundError:
        raise Failure("a Git ref as --base needs git, which is not installed", Exit.USAGE) from None
