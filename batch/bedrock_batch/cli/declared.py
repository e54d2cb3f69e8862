"""What an app declares: now, and in what it is compared with."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from bedrock_batch.cli.app import configured_app, run_app
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.worktree import Commit, find_commit, laid_out
from bedrock_batch.plan.assembly import MANIFEST, lacks_values, read_assembly
from bedrock_batch.plan.stack import DeclaredStack


@dataclass(frozen=True)
class App:
    """The app of a command line.

    * `given`: `--app`, a command or the folder of an assembly. Default: the command in `cdk.json`.
    * `names`: of stacks, with wildcards. Default: all.
    * `environment`: variables that the app gets. They are asked for only if it runs.
    """

    given: str | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    names: Sequence[str] = ()
    environment: Callable[[], Mapping[str, str]] = dict

    def stacks(self, folder: Path) -> list[DeclaredStack]:
        """The stacks that the app declares in the folder of its `cdk.json`.

        :raises Failure: the app fails, or has no such stack.
        """
        if self.given is not None and is_assembly(folder / self.given):
            found = _read(folder / self.given)
        else:
            command = self.given or configured_app(folder)
            if command is None:
                raise Failure(f"there is no cdk.json with an app in {folder}; name the app with --app", Exit.USAGE)
            found = self._run(command, folder)
        chosen = self._chosen(found)
        if not chosen:
            names = ", ".join(sorted(each.name for each in found)) or "none"
            raise Failure(f"the app has no stack {' or '.join(self.names)}; it has {names}", Exit.NOT_FOUND)
        return chosen

    def stacks_at(self, commit: Commit) -> tuple[list[DeclaredStack], str]:
        """The stacks that the app declared in a commit, and why they are not known, if so.

        Nobody can correct a commit any more. So an app that fails there ends no plan.
        """
        with laid_out(commit) as folder:
            command = configured_app(folder) if self.given is None or is_assembly(Path(self.given)) else self.given
            if command is None or not folder.is_dir():
                return [], f"There was no app at {commit.label}, so each job counts as new."
            try:
                return self._chosen(self._run(command, folder)), ""
            except Failure as failure:
                said = str(failure).replace(str(folder), commit.label)
                return [], f"Nothing is known of {commit.label}, so each job counts as new: {said}"

    def stacks_of(self, assembly: Path) -> list[DeclaredStack]:
        """The stacks of an assembly that was made before."""
        return self._chosen(_read(assembly))

    def _run(self, command: str, folder: Path) -> list[DeclaredStack]:
        with tempfile.TemporaryDirectory(prefix="bedrock-batch-") as scratch:
            out = Path(scratch) / "cdk.out"
            run_app(command, folder, out, self.context, self.environment())
            return _read(out)

    def _chosen(self, stacks: list[DeclaredStack]) -> list[DeclaredStack]:
        if not self.names:
            return stacks
        return [each for each in stacks if any(fnmatchcase(each.name, name) for name in self.names)]


def _read(folder: Path) -> list[DeclaredStack]:
    try:
        found, is_open = read_assembly(folder), lacks_values(folder)
    except ValueError as error:
        raise Failure(str(error), Exit.APP) from None
    if is_open:
        raise Failure(
            "the app needs values that only AWS can tell (context lookups): run cdk synth, and name its folder: "
            "--app cdk.out",
            Exit.APP,
        )
    return found


def is_assembly(folder: Path) -> bool:
    """Whether a folder holds an assembly."""
    return (folder / MANIFEST).is_file()


@dataclass(frozen=True)
class Base:
    """What declared jobs are compared with: the folder of an assembly, or a commit."""

    named: str
    found: Path | Commit

    @property
    def label(self) -> str:
        """What it is called in texts."""
        return self.found.label if isinstance(self.found, Commit) else self.named

    def stacks(self, app: App) -> tuple[list[DeclaredStack], str]:
        """Its stacks, and why they are not known, if so.

        :raises Failure: the assembly cannot be read.
        """
        return app.stacks_at(self.found) if isinstance(self.found, Commit) else (app.stacks_of(self.found), "")


def find_base(named: str, folder: Path) -> Base:
    """The base that a user names.

    :param folder: of the app.
    :raises Failure: there is no such folder or Git ref.
    """
    path = folder / named
    if is_assembly(path):
        return Base(named, path)
    commit = find_commit(named, folder)
    if commit is None:
        hint = "it has no manifest.json" if path.is_dir() else "fetch it first: a shallow clone has no other commit"
        raise Failure(f"--base {named} is neither a Git ref here nor a folder like cdk.out; {hint}", Exit.NOT_FOUND)
    return Base(named, commit)
