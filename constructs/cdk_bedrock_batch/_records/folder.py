"""Folders of records: several files of one job."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bedrock_batch.limits import INPUT_FILES, INPUT_SUFFIX, MINIMUM_RECORDS
from bedrock_batch.places import object_name
from bedrock_batch.records import RecordFile
from bedrock_batch.shared_ids import check_shared_ids
from cdk_bedrock_batch._records.reading import Stamp, read_once
from cdk_bedrock_batch._records.user_path import UserPath

if TYPE_CHECKING:
    from bedrock_batch.families import Family


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file that has passed the checks."""

    path: Path
    name: str
    """Of its copy."""
    content: RecordFile
    stamp: Stamp | None = None
    """Of the file when it was read. None: no one else writes it."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a folder, by name."""

    files: tuple[LocalFile, ...]

    @classmethod
    def read(cls, path: UserPath, family: Family | None, *, max_records: int, max_bytes: int) -> Self:
        """Read and check each file.

        :raises ValueError: something else is in the folder, a file has a fault, or they do not fit together.
        """
        name = path.name
        files = tuple(
            LocalFile(
                each.path,
                object_name(each.path.name),
                *read_once(
                    each.path, family, shown_as=each.name, min_records=1, max_records=max_records, max_bytes=max_bytes
                ),
            )
            for each in files_of(path)
        )
        folder = cls(files)
        if not MINIMUM_RECORDS <= folder.records <= max_records:
            raise ValueError(
                f"{name}: a batch must have {MINIMUM_RECORDS} to {max_records:,} records, got {folder.records:,}"
            )
        if len(files) > 1:
            check_shared_ids((each.path, path.file(each.path.name).name) for each in files)
        return folder

    @property
    def records(self) -> int:
        """Number of records in all files."""
        return sum(file.content.records for file in self.files)

    @property
    def digest(self) -> str:
        """SHA-256 of names and records."""
        return hashlib.sha256(
            json.dumps([[each.name, each.content.sha256] for each in self.files]).encode()
        ).hexdigest()


def files_of(path: UserPath) -> list[UserPath]:
    """The files of a folder, by name. Hidden files do not count.

    :raises ValueError: there is no such folder, or something else is in it.
    """
    name = path.name
    try:
        entries = [each for each in path.path.iterdir() if not each.name.startswith(".")]
    except PermissionError as error:
        raise ValueError(f"{name}: cannot be read: {error.strerror}") from None
    except (OSError, ValueError):
        raise ValueError(f"{name}: no such folder") from None
    paths = sorted(entries, key=lambda each: each.name)
    _check_names(paths, name)
    return [path.file(each.name) for each in paths]


def _check_names(paths: list[Path], name: str) -> None:
    if not paths:
        raise ValueError(f"{name}: the folder has no .jsonl file")
    if len(paths) > INPUT_FILES:
        raise ValueError(f"{name}: a folder may have {INPUT_FILES} files at most, got {len(paths)}")
    copies: dict[str, Path] = {}
    for path in paths:
        # A file that is left out without a word is missing in the output. How the output of nested folders is named is
        # not documented.
        if path.is_dir() or path.suffix != INPUT_SUFFIX:
            raise ValueError(
                f"{name}: the folder may have .jsonl files only, no other files or folders, got {path.name}"
            )
        first = copies.setdefault(object_name(path.name), path)
        if first is not path:
            raise ValueError(f"{name}: {first.name} and {path.name} have the same name in S3; rename one")
