"""What an app declares."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from bedrock_batch.cli.app import commands_of, run_app
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.plan.assembly import MANIFEST, lacks_values, read_assembly
from bedrock_batch.plan.stack import DeclaredStack


@dataclass(frozen=True)
class App:
    """The app of a command line.

    * `given`: `--app`, a command or the folder of an assembly. Default: `app` of `cdk.json`.
    * `environment`: variables that the app gets. They are asked for only if it runs.
    """

    given: str | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    environment: Callable[[], Mapping[str, str]] = dict

    def stacks(self, folder: Path) -> list[DeclaredStack]:
        """The stacks that the app declares in the folder of its `cdk.json`.

        :raises Failure: the app fails, or there is none.
        """
        given = self.given or commands_of(folder).app
        if given is None:
            raise Failure(f"there is no cdk.json with an app in {folder}; name the app with --app", Exit.USAGE)
        if (folder / given).is_dir():
            return read(folder / given)
        return self._run(given, folder)

    def _run(self, command: str, folder: Path) -> list[DeclaredStack]:
        with tempfile.TemporaryDirectory(prefix="bedrock-batch-") as scratch:
            out = Path(scratch) / "cdk.out"
            run_app(command, folder, out, self.context, self.environment())
            if not is_assembly(out):
                raise Failure("the app ended well, but wrote no assembly; does it end with app.synth()?", Exit.APP)
            return read(out)

    def names_place(self, folder: Path) -> bool:
        """Whether the command or its context names a folder by its absolute path: it is the same at each commit."""
        place = str(folder.resolve())
        return any(place in text for text in (self.given or "", *self.context.values()))


def chosen(stacks: Sequence[DeclaredStack], names: Sequence[str]) -> list[DeclaredStack]:
    """The stacks that a deployment of names reaches, also those on which the named ones depend.

    :param names: of stacks, or their paths, with wildcards. None: all stacks.
    :raises Failure: there is no such stack.
    """
    if not names:
        return list(stacks)
    wanted = [each for each in stacks if is_named(each, names)]
    if not wanted:
        known = ", ".join(sorted(each.name for each in stacks)) or "none"
        raise Failure(f"the app has no stack {' or '.join(names)}; it has {known}", Exit.NOT_FOUND)
    reached = {each.artifact for each in wanted}
    while more := {name for each in stacks if each.artifact in reached for name in each.depends_on} - reached:
        reached |= more
    return [each for each in stacks if each.artifact in reached]


def is_named(stack: DeclaredStack, names: Iterable[str]) -> bool:
    """Whether a name with wildcards is that of a stack, or its path."""
    return any(fnmatchcase(own, name) for own in (stack.name, stack.path) for name in names)


def read(folder: Path) -> list[DeclaredStack]:
    """The stacks of an assembly.

    :raises Failure: it cannot be read, or is not whole.
    """
    if not is_assembly(folder):
        raise Failure(f"{folder} has no {MANIFEST}, so it is no folder like cdk.out", Exit.APP)
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
    try:
        return (folder / MANIFEST).is_file()
    except (OSError, ValueError):
        # No folder can have this name.
        return False
