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
from typing import NoReturn

_PARENT_POLL_SECONDS = 0.25
# Prefixes of variables that would change how MiniStack, botocore or a function behaves.
_DISTURBING = ("AWS_", "LAMBDA_", "MINISTACK_", "LOCALSTACK_", "GATEWAY_", "EDGE_", "S3_", "DOCKER_", "PYTHON")
_HOST = "127.0.0.1"


@contextmanager
def own_folder() -> Iterator[Path]:
    """A temporary folder for everything that this process and its children write, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="bedrock-batch-local-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bound_socket(port: int) -> socket.socket:
    """A listening socket on loopback; ``port`` 0 takes a free one. ``OSError`` if the port is in use."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((_HOST, port))
    listener.listen(128)
    return listener


def prepare_environment(folder: Path, port: int) -> None:
    """Set what MiniStack reads when it is imported; functions inherit this environment, so nothing else may stay."""
    for name in list(os.environ):
        if name.startswith(_DISTURBING):
            del os.environ[name]
    os.environ.update(
        {
            "AUTH": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
            "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            "LOG_LEVEL": "ERROR",
            "MINISTACK_HOST": _HOST,
            "NODE_PATH": str(Path(__file__).parent / "node"),
            "NO_PROXY": f"{_HOST},localhost",
            # Functions of Node.js run with the node of this environment, also where it was not activated.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "PERSIST_STATE": "0",
            "S3_DATA_DIR": str(folder / "s3"),
            "SFTP_ENABLED": "0",
            "STATE_DIR": str(folder / "state"),
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
