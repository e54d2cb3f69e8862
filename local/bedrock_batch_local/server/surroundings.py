"""What the server's process needs around it: a clean environment, a folder of its own, an eye on its parent."""

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
# What functions may know of the user's environment: where programs lie, language, time zone, certificates.
_INHERITED = frozenset({"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR"})
_HOST = "127.0.0.1"
_HIGHEST_PORT = 65535


@contextmanager
def own_folder() -> Iterator[Path]:
    """A temporary folder for everything that this process and its children write, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="bedrock-batch-local-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bound_socket(port: int) -> socket.socket:
    """A listening socket on loopback; ``port`` 0 takes a free one.

    ``ValueError`` if there is no such port, ``OSError`` if it cannot be had; both name it.
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
    """Let this process bind no further socket: MiniStack has listeners of its own, before which no door stands.

    They serve custom runtimes of functions, databases and file transfer, none of which a batch job needs.
    """

    def refuse(_socket: socket.socket, address: Any) -> None:
        raise PermissionError(f"the embedded AWS listens on one port only, not on {address!r}")

    # mypy: a method of the class is replaced, for everything that runs in this process
    socket.socket.bind = refuse  # type: ignore[assignment, method-assign]


def prepare_environment(folder: Path, port: int) -> None:
    """Set what MiniStack reads when it is imported; functions inherit this environment, so nothing else stays."""
    for name in set(os.environ) - _INHERITED:
        del os.environ[name]
    home = folder / "home"
    home.mkdir()
    os.environ.update(
        environment.variables(folder, _HOST, port)
        | {
            # A profile or a file of the user must not reach a function, by whichever way its SDK looks for them.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "HOME": str(home),
            "NODE_PATH": str(Path(__file__).parent / "node"),
            "NO_PROXY": f"{_HOST},localhost",
            # Functions of Node.js run with the node of this environment, also where it was not activated.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "TMPDIR": str(folder),
        }
    )
    tempfile.tempdir = str(folder)


def end_process() -> NoReturn:
    """End at once. Threads that wait for a model or a function would hold up an ordinary end."""
    sys.stdout.flush()
    os._exit(0)


async def parent_gone() -> None:
    """Return when the process that started this one has ended."""
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(_PARENT_POLL_SECONDS)
