"""The code of a function as it is uploaded: its own package, and the one that it shares with the library."""

from __future__ import annotations

import shutil
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import bedrock_batch

# What tools leave behind.
_LEFT_OUT: Final = ("__pycache__", "*.py[co]", ".*")
# The command line imports what a function does not have.
_NOT_OF_FUNCTIONS: Final = "cli"


def staged(function: str, outdir: Path) -> Path:
    """A folder with the package of a function and `bedrock_batch`; a checkout and an installed wheel give the same one.

    It is made anew below the output directory of the cloud assembly, and stays there: with `--no-staging`, the CDK CLI
    uploads it from that place.
    """
    # CDK would take what follows a dot for the ending of a file.
    folder = outdir / f"function-{function}"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    _copy(_functions() / function, folder / function)
    shared = Path(bedrock_batch.__file__).resolve().parent
    _copy(shared, folder / shared.name, _NOT_OF_FUNCTIONS)
    return folder


def _functions() -> Path:
    library = Path(__file__).resolve().parents[1]
    installed = library / "_lambda"
    return installed if installed.is_dir() else library.parents[1] / "lambda"


def _copy(source: Path, target: Path, *left_out: str) -> None:
    # shutil.copytree would copy the modes of folders, too, and what lies in a read-only one cannot be removed again.
    target.mkdir()
    for path in source.iterdir():
        if any(fnmatch(path.name, pattern) for pattern in (*_LEFT_OUT, *left_out)):
            continue
        if path.is_dir():
            _copy(path, target / path.name)
        else:
            shutil.copy(path, target / path.name)
