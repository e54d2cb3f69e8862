"""The folder of job files. No file outside it is read."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bedrock_batch.texts import shown_path

_SUFFIX: Final = ".yaml"
_SUFFIXES: Final = (".yaml", ".yml")


def job_file_paths(folder: Path) -> list[Path]:
    """The job files in a folder, sorted by name.

    :raises ValueError: the folder does not exist, or a file in or below it looks like a job file but would not be read
        as one. Its job would be stopped without a word.
    """
    # Unlike Path, os.path returns False for a name that no file can have.
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
        is_there = is_one(path)
    except (OSError, RuntimeError) as error:
        # Before 3.13 Python raises RuntimeError for a circle of links.
        raise ValueError(f"cannot be found: {shown_path(path)}") from error
    if outside:
        raise ValueError(f"must lie in or below {shown_path(folder)}, got {shown_path(path)}")
    if not is_there:
        raise ValueError(f"no such {kind}: {shown_path(path)}")
    return path


def _everything_below(folder: Path) -> list[Path]:
    """All files and links below a folder. Links to folders are not followed, so no path leaves the folder."""
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
    """Whether a person would take this file name for a job file, even with invisible characters at its end."""
    normal = unicodedata.normalize("NFKC", name)
    seen = "".join(letter for letter in normal if letter.isprintable() and not letter.isspace())
    return seen.casefold().endswith(_SUFFIXES)
