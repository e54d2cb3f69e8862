"""Opens a file that a user names."""

from pathlib import Path
from typing import BinaryIO, Final

COMPRESSED: Final = "{}: batch inference does not read compressed files; unpack it to a file that ends with .jsonl"
_LFS_POINTER: Final = b"version https://git-lfs.github.com/spec/"


def check_is_file(path: Path, name: str) -> None:
    """Check what the path tells.

    :param name: of the file, in error texts.
    :raises ValueError: there is no such file, or it is compressed.
    """
    if path.name.lower().endswith(".gz"):
        raise ValueError(COMPRESSED.format(name))
    try:
        is_file = path.is_file()
    except OSError:
        # No file can have this name.
        is_file = False
    if not is_file:
        raise ValueError(f"{name}: no such file")


def opened(path: Path, name: str) -> BinaryIO:
    """The file, at its start.

    :param name: of the file, in error texts.
    :raises ValueError: there is no such file, it cannot be read, or it is not the file that the user means.
    """
    check_is_file(path, name)
    try:
        file = path.open("rb")
    except OSError as error:
        raise ValueError(f"{name}: cannot be read: {error.strerror}") from None
    if file.read(len(_LFS_POINTER)) == _LFS_POINTER:
        file.close()
        raise ValueError(f"{name}: a Git LFS pointer, not the file itself; get it with: git lfs pull")
    file.seek(0)
    return file
