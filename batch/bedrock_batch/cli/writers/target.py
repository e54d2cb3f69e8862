"""The file that rows are written to: it is there whole or not at all."""

import contextlib
import errno
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.terminal import harmless, writing


@contextlib.contextmanager
def target(path: Path | None, *, is_text: bool = True) -> Iterator[IO[Any]]:
    """A file to write to. It takes the place of what was there once all is written.

    :param path: default: standard output. A device or a pipe is written to directly.
    :raises Failure: the file cannot be written.
    """
    if path is None:
        with writing(sys.stdout):
            yield _ForTerminal(sys.stdout) if sys.stdout.isatty() else sys.stdout  # type: ignore[misc] # it can be written to
        return
    try:
        # A pipe has a name only here, and none that its links lead to.
        if path.exists() and not path.is_file():
            with _opened(path, is_text=is_text) as file:
                yield file
            return
        # The file that a link names is replaced, not the link.
        path = _resolved(path)
        with _replacing(path, is_text=is_text) as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}", Exit.FILE) from None


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError:  # of Python 3.11 and 3.12, for links that lead to each other
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None


@contextlib.contextmanager
def _replacing(path: Path, *, is_text: bool) -> Iterator[IO[Any]]:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    new = Path(name)
    try:
        with _opened(descriptor, is_text=is_text) as file:
            yield file
        new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _opened(file: Path | int, *, is_text: bool) -> IO[Any]:
    # Half a character can be in a model's text. In JSON, the escaped form is the same text.
    options = {"encoding": "utf-8", "newline": "", "errors": "backslashreplace"} if is_text else {}
    return open(file, "w" if is_text else "wb", **options)  # type: ignore[call-overload,no-any-return] # noqa: PTH123 - also a descriptor


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


class _ForTerminal:
    """Standard output, if it is a terminal: texts of models must not control it."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(harmless(text))
