"""What declared jobs are compared with, if not with AWS: the folder of an assembly, or a commit."""

from dataclasses import dataclass, replace
from pathlib import Path

from bedrock_batch.cli.app import AppFailure, commands_of
from bedrock_batch.cli.declared import App, is_assembly, read
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.worktree import Commit, find_commit, laid_out, no_commit
from bedrock_batch.plan.stack import DeclaredStack


@dataclass(frozen=True)
class BaseStacks:
    """The stacks of a base. If they are not known, `note` says why, and `said` is what its app wrote last."""

    stacks: list[DeclaredStack]
    note: str = ""
    said: str = ""


@dataclass(frozen=True)
class Base:
    """A base that a user names."""

    named: str
    found: Path | Commit

    @property
    def label(self) -> str:
        """What it is called in texts."""
        return self.found.label if isinstance(self.found, Commit) else self.named

    def stacks(self, app: App) -> BaseStacks:
        """Its stacks. An app that fails at a commit ends no plan: nobody can correct a commit any more.

        :raises Failure: the assembly cannot be read.
        """
        if not isinstance(self.found, Commit):
            return BaseStacks(read(self.found))
        with laid_out(self.found) as folder:
            own = app.given if app.given and not Path(app.given).is_dir() else commands_of(folder).app
            if own is None:
                return BaseStacks([], f"There was no app at {self.label}, so each job counts as new.")
            try:
                return BaseStacks(replace(app, given=own).stacks(folder))
            except Failure as failure:
                said = failure.said if isinstance(failure, AppFailure) else ""
                why = str(failure).removesuffix(said).rstrip(": \n").replace(f"{folder}/", "")
                return BaseStacks([], f"Nothing is known of {self.label}, so each job counts as new: {why}.", said)


def find_base(named: str, app: App, folder: Path) -> Base:
    """The base that a user names.

    :param folder: of the app.
    :raises Failure: there is no such folder or Git ref, or the app would be the same at each commit.
    """
    path = folder / named
    if named and is_assembly(path):
        return Base(named, path)
    commit = find_commit(named, folder) if named else None
    if commit is None:
        why = "the folder has no manifest.json" if named and _is_folder(path) else no_commit(folder)
        raise Failure(f"--base {named} is neither a Git ref here nor a folder like cdk.out: {why}", Exit.NOT_FOUND)
    if app.names_place(commit.top):
        raise Failure(
            f"--app or -c names {commit.top}, so the app would read the same files at {named}; name them relative to "
            "cdk.json",
            Exit.USAGE,
        )
    return Base(named, commit)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
