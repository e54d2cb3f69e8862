"""`cdk watch` beside a test, in a process group of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from e2e.cloud import ACCOUNT, REGION, Cloud
from e2e.polls import quick

_DONE = "Total time"
_SECONDS = 120.0


class Watch:
    """What a running `cdk watch` has printed."""

    def __init__(self, run: subprocess.Popen[str]) -> None:
        self._printed: list[str] = []
        self._reader = Thread(target=self._read, args=(run,), daemon=True)
        self._reader.start()

    def wait_for(self, deployments: int) -> None:
        """Return when it has ended so many deployments since its start."""
        deadline = time.monotonic() + _SECONDS
        while sum(_DONE in line for line in self._printed) < deployments:
            assert time.monotonic() < deadline, "".join(self._printed)
            time.sleep(0.1)

    def _read(self, run: subprocess.Popen[str]) -> None:
        assert run.stdout is not None
        for line in run.stdout:
            self._printed.append(line)


@contextmanager
def watching(cloud: Cloud, app: Path, *options: str) -> Iterator[Watch]:
    """Run `cdk watch` on the app of a folder for a while."""
    run = subprocess.Popen(
        ["cdk", "watch", "--ci", "--no-notices", "--no-version-reporting", "--no-logs", *options],
        cwd=app,
        env=quick(cloud.aws.environment(account=ACCOUNT, region=REGION)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield Watch(run)
    finally:
        os.killpg(run.pid, signal.SIGTERM)
        run.wait(30)
