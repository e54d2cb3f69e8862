"""The code of a function: its own package, and the package that it shares with the library."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import bedrock_batch

# Files that tools leave behind.
_LEFT_OUT: Final = ("__pycache__", "*.py[co]", ".*")
# The function needs none of these, and the command line imports packages that it does not have.
_NOT_OF_FUNCTIONS: Final = ("cli", "options", "plan", "schemas", "__main__.py")
_ATTEMPTS: Final = 10


def staged(function: str, outdir: Path) -> Path:
    """Stage the package of a function and `bedrock_batch` in one folder. A checkout and a wheel give the same folder.

    It lies below the output directory of the cloud assembly, and stays there: with `--no-staging`, the CDK CLI uploads
    it from that place. A folder that has the code already is left alone, since another synthesis may be reading it.
    """
    shared = Path(bedrock_batch.__file__).resolve().parent
    code = {
        **dict(_code(_functions() / function, function)),
        **dict(_code(shared, shared.name, *_NOT_OF_FUNCTIONS)),
    }
    # CDK would take what follows a dot for the ending of a file.
    folder = outdir / f"function-{function}"
    if not _holds(folder, code):
        _put(folder, code)
    return folder


def _functions() -> Path:
    library = Path(__file__).resolve().parents[1]
    installed = library / "_lambda"
    return installed if installed.is_dir() else library.parents[1] / "lambda"


def _code(source: Path, target: str, *left_out: str) -> Iterator[tuple[str, bytes]]:
    """Each file below a folder, by its path below the staged one."""
    for path in source.iterdir():
        if any(fnmatch(path.name, pattern) for pattern in (*_LEFT_OUT, *left_out)):
            continue
        if path.is_dir():
            yield from _code(path, f"{target}/{path.name}")
        else:
            yield f"{target}/{path.name}", path.read_bytes()


def _holds(folder: Path, code: dict[str, bytes]) -> bool:
    """Whether a folder has this code and nothing else."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    try:
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
        return files.keys() == code.keys() and all(path.read_bytes() == code[name] for name, path in files.items())
    except OSError:
        # Another synthesis takes it away at this moment.
        return False


def _put(folder: Path, code: dict[str, bytes]) -> None:
    """Write the code beside the folder and move it there at once, so that nobody reads the half of it."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".", ignore_cleanup_errors=True) as place:
        new = Path(place, "new")
        for name, content in code.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for attempt in range(_ATTEMPTS):
            try:
                if not _holds(folder, code) and (folder.exists() or folder.is_symlink()):
                    folder.rename(Path(place, f"old-{attempt}"))
                new.rename(folder)
            except OSError:
                # Another synthesis was faster, and has put the same code there or takes away what was there before.
                if _holds(folder, code):
                    return
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return
