"""The CDK CLI as a child: it never outlives whoever asked for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# In the place of the CLI: it starts a child of its own, as the CLI starts the app, and takes its time.
_SLOW = """#!/bin/sh
exec 9> alive
sleep 60 &
echo deploying
wait
"""
_CALLER = """
import os, signal, sys
from pathlib import Path
from bedrock_batch_local.cdk_cli import CdkCli

def interrupt(*_):
    raise KeyboardInterrupt

# What a shell runs in the background ignores SIGINT.
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, interrupt)
folder = Path(sys.argv[1])
CdkCli(folder, folder, {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}, app="x").deploy(show=True)
"""


def is_open(pipe: int) -> bool:
    """Whether a process still has the other end of a named pipe."""
    try:
        return os.read(pipe, 1) != b""
    except BlockingIOError:
        return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_the_cli_and_what_it_has_started(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "cdk").write_text(_SLOW)
    (tmp_path / "cdk").chmod(0o755)
    os.mkfifo(tmp_path / "alive")
    pipe = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    command = [sys.executable, "-u", "-c", _CALLER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as caller:
        assert caller.stdout is not None
        assert "deploying" in caller.stdout.readline()
        assert is_open(pipe)
        caller.send_signal(number)
        assert caller.wait(30) != 0
    deadline = time.monotonic() + 5
    while is_open(pipe) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not is_open(pipe)
    os.close(pipe)
