"""The folder of job files: which files are read, and that none outside of it is."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Final

from bedrock_batch.texts import shown_path

_SUFFIX: Final = ".yaml"
_SUFFIXES: Final = (".yaml", ".yml")


def job_file_paths(folder: Path) -> list[Path]:
    """The job files in a folder, sorted by name.

    :raises ValueError: there is no such folder, or something in or below it looks like a job file and is not read as
        one: it would be a job that silently stops.
    """
    # os.path, unlike a Path, finds no folder under a name that no file can have.
    if not os.path.isdir(folder):  # noqa: PTH112 - see above
        raise ValueError(f"{shown_path(folder)}: no such folder")
    found = []
    for path in _everything_below(folder):
        if not _looks_like_one(path.name):
            continue
        if not path.name.isprintable():
            raise ValueError(f"{shown_path(path)}: the name of a job file must not hold control characters")
        if path.parent != folder:
            raise ValueError(f"{shown_path(path)}: a job file must lie in {shown_path(folder)} itself, not below it")
        if not path.name.endswith(_SUFFIX):
            raise ValueError(f"{shown_path(path)}: the name of a job file must end with {_SUFFIX}")
        try:
            file_below(folder, path)
        except ValueError as error:
            raise ValueError(f"{shown_path(path)}: {error}") from None
        found.append(path)
    return sorted(found)


def file_below(folder: Path, path: Path) -> Path:
    """A path of a file that, with all links followed, lies in or below a folder.

    :raises ValueError: it lies elsewhere, or is no file.
    """
    try:
        outside = not path.resolve().is_relative_to(folder.resolve())
        is_file = path.is_file()
    except (OSError, RuntimeError) as error:
        # Python before 3.13 tells a circle of links by a RuntimeError.
        raise ValueError(f"cannot be found: {shown_path(path)}") from error
    if outside:
        raise ValueError(f"must lie in or below {shown_path(folder)}, got {shown_path(path)}")
    if not is_file:
        raise ValueError(f"no such file: {shown_path(path)}")
    return path


def _everything_below(folder: Path) -> list[Path]:
    """All files and links below a folder; links to folders are not followed, so none may lead out of it."""
    found = []
    for parent, folders, files in os.walk(folder):
        for name in folders:
            path = Path(parent, name)
            if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
                raise ValueError(f"{shown_path(path)}: a link to a folder must not lead out of {shown_path(folder)}")
            if _looks_like_one(name):
                found.append(path)
        found += [Path(parent, name) for name in files]
    return found


def _looks_like_one(name: str) -> bool:
    """Whether a person would take a file of this name for a job file, whatever it ends with that cannot be seen."""
    normal = unicodedata.normalize("NFKC", name)
    seen = "".join(letter for letter in normal if letter.isprintable() and not letter.isspace())
    return seen.casefold().endswith(_SUFFIXES)
