"""The environment of the server's process: clean variables, a folder of its own, a watch on its parent."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from bedrock_batch_local.emulator import environment

_PARENT_POLL_SECONDS = 0.25
# The part of the user's environment that functions may see: programs, language, time zone, certificates.
_INHERITED = frozenset({"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR"})
_HOST = "127.0.0.1"
_HIGHEST_PORT = 65535


@contextmanager
def own_folder() -> Iterator[Path]:
    """A temporary folder for all files of this process and its children. It is removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="bedrock-batch-local-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bound_socket(port: int) -> socket.socket:
    """A listening socket on loopback. ``port`` 0 takes a free one.

    ``ValueError`` if the port does not exist, ``OSError`` if it is not available. Both name it.
    """
    if not 0 <= port <= _HIGHEST_PORT:
        raise ValueError(f"port must be between 0 and {_HIGHEST_PORT}, got {port}")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise OSError(f"port {port} on {_HOST} cannot be used: {error.strerror}") from None
    return listener


def bind_nothing_more() -> None:
    """Prevent this process from binding another socket: MiniStack has listeners that the door does not protect.

    They serve custom runtimes of functions, databases and file transfer. A batch job needs none of them.
    """

    def refuse(_socket: socket.socket, address: Any) -> None:
        raise PermissionError(f"the embedded AWS listens on one port only, not on {address!r}")

    # mypy: a method of the class is replaced, for everything that runs in this process
    socket.socket.bind = refuse  # type: ignore[assignment, method-assign]


def prepare_environment(folder: Path, port: int) -> None:
    """Set what MiniStack reads when it is imported. Functions inherit this environment, so nothing else stays in it."""
    for name in set(os.environ) - _INHERITED:
        del os.environ[name]
    home = folder / "home"
    home.mkdir()
    os.environ.update(
        environment.variables(folder, _HOST, port)
        | {
            # An SDK in a function must not find the user's profiles or files.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "HOME": str(home),
            "NODE_PATH": str(Path(__file__).parent / "node"),
            "NO_PROXY": f"{_HOST},localhost",
            # Functions for Node.js use the node of this environment, even if it is not activated.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "TMPDIR": str(folder),
        }
    )
    tempfile.tempdir = str(folder)


def end_process() -> NoReturn:
    """End at once. Threads that wait for a model or a function would delay a normal end."""
    sys.stdout.flush()
    os._exit(0)


async def parent_gone() -> None:
    """Return when the process that started this one has ended."""
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(_PARENT_POLL_SECONDS)
