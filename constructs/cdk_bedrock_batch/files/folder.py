"""The folder of job files. No file outside it is read."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from stat import S_IFDIR, S_IFMT, S_IFREG
from typing import TYPE_CHECKING, Final

from bedrock_batch.options import INTERPRETED, did_you_mean
from bedrock_batch.texts import shown, shown_path
from cdk_bedrock_batch.files.place import Place

if TYPE_CHECKING:
    from cdk_bedrock_batch.files.faults import Faults

_SUFFIX: Final = ".yaml"
_SUFFIXES: Final = (".yaml", ".yml")
_KINDS: Final = {S_IFDIR: "a folder", S_IFREG: "a file"}
_FOLDER_NAME: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]*")


def find_files(folder: Path, faults: Faults) -> list[Path]:
    """The YAML files in a folder and all folders below, sorted by their paths.

    A file that looks like one but would not be read as one is a mistake: its jobs would be stopped without a word.
    """
    # Unlike Path, os.path returns False for a name that no file can have.
    if not os.path.isdir(folder):  # noqa: PTH112 - see above
        faults.add(Place(folder), "no such folder")
        return []
    found = []
    for path in _everything_below(folder, faults):
        reason = _why_not(folder, path)
        if reason is None:
            found.append(path)
        else:
            faults.add(Place(path), reason)
    return sorted(found, key=lambda path: path.relative_to(folder).parts)


def _why_not(folder: Path, path: Path) -> str | None:
    if not path.name.isprintable():
        return "the name of a job file must not hold control characters"
    mark = next((mark for mark in INTERPRETED if mark in path.name), None)
    if mark is not None:
        # The name reaches the metadata of the assembly, in which CDK looks for tokens.
        return f"the name of a job file must not hold {mark!r}, which CloudFormation, CDK or IAM interprets"
    if not path.name.endswith(_SUFFIX):
        return f"the name of a job file must end with {_SUFFIX}"
    bad = next((part for part in path.relative_to(folder).parts[:-1] if not _FOLDER_NAME.fullmatch(part)), None)
    if bad is not None:
        return (
            "the name of a folder with job files, which becomes part of the name of a stack, must be letters, digits "
            f"and hyphens, got {shown(bad)}"
        )
    try:
        file_below(folder, path)
    except ValueError as error:
        return str(error)
    return None


def file_below(folder: Path, path: Path) -> Path:
    """The path of a file. With all links resolved, the file must be in or below the folder.

    :raises ValueError: the file is elsewhere, or does not exist.
    """
    return _below(folder, path, "file", Path.is_file)


def folder_below(folder: Path, path: Path) -> Path:
    """The path of a folder, as that of a file.

    :raises ValueError: as for a file.
    """
    return _below(folder, path, "folder", Path.is_dir)


def _below(folder: Path, path: Path, kind: str, is_one: Callable[[Path], bool]) -> Path:
    try:
        outside = not path.resolve().is_relative_to(folder.resolve())
        is_there, is_other = is_one(path), path.exists()
    except (OSError, RuntimeError) as error:
        # Before 3.13 Python raises RuntimeError for a circle of links.
        raise ValueError(f"cannot be found: {shown_path(path)}") from error
    if outside:
        raise ValueError(f"must lie in or below {shown_path(folder)}, got {shown_path(path)}")
    if is_other and not is_there:
        other = _KINDS.get(S_IFMT(path.stat().st_mode), "a device or a pipe")
        raise ValueError(f"no such {kind}: {shown_path(path)} is {other}")
    if not is_there:
        raise ValueError(f"no such {kind}: {shown_path(path)}{_like(path)}")
    return path


def _like(path: Path) -> str:
    """The end of an error text with a name in the same folder that is like this one."""
    try:
        # A folder may have very many files, and to compare names takes time.
        return did_you_mean(path.name, [each.name for each in islice(path.parent.iterdir(), 1_000)])
    except OSError:
        return ""


def _everything_below(folder: Path, faults: Faults) -> list[Path]:
    """All that looks like a job file below a folder. Links to folders are not followed, so no path leaves it."""
    found = []
    for parent, folders, files in os.walk(folder):
        for name in folders:
            path = Path(parent, name)
            if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
                faults.add(Place(path), f"a link to a folder must not lead out of {shown_path(folder)}")
        found += [Path(parent, name) for name in (*folders, *files) if _looks_like_one(name)]
    return found


def _looks_like_one(name: str) -> bool:
    """Whether a person would take this file name for a job file, even with invisible characters at its end."""
    normal = unicodedata.normalize("NFKC", name)
    seen = "".join(letter for letter in normal if letter.isprintable() and not letter.isspace())
    return seen.casefold().endswith(_SUFFIXES)
