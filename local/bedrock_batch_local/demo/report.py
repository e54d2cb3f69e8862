"""Shows what the command line says of the jobs of a stack, as a person would type it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from bedrock_batch.statuses import JobStatus

_ROWS: Final = 3
_WIDTH: Final = 110


class CommandLine:
    """Runs `bedrock-batch` for one stack."""

    def __init__(self, stack: str, environment: Mapping[str, str]) -> None:
        """Run nothing yet.

        :param environment: of the processes, with the endpoint of the embedded AWS.
        """
        self._stack = stack
        self._environment = dict(environment)

    def watch(self) -> None:
        """Follow the jobs until all have ended."""
        self._said("watch", "--interval", "0.5")

    def jobs(self) -> list[dict[str, Any]]:
        """The jobs as `status --json` shows them."""
        found: list[dict[str, Any]] = json.loads(self._read("status", "--json"))["jobs"]
        return found

    def show(self, job: Mapping[str, Any]) -> bool:
        """Show the first rows of a job, and why others have no result.

        :return: whether the job has completed with at least one answer.
        """
        name, outcomes = job["logicalResourceId"], job["outcomes"] or {}
        answers = outcomes.get("success", 0)
        if answers:
            _say("results", self._stack, name, "| head")
            for line in islice(self._read("results", name).splitlines(), _ROWS):
                print(f"  {shortened(line)}", flush=True)
        if answers < sum(outcomes.values()):
            self._said("errors", name)
        return bool(answers) and job["status"] == JobStatus.COMPLETED

    def _said(self, command: str, *arguments: str) -> None:
        _say(command, self._stack, *arguments)
        subprocess.run(self._command(command, *arguments), env=self._environment, check=False)

    def _read(self, command: str, *arguments: str) -> str:
        done = subprocess.run(
            self._command(command, *arguments), env=self._environment, capture_output=True, text=True, check=False
        )
        # Its exit code says whether all is well, which is shown elsewhere.
        if not done.stdout:
            print(done.stderr, end="", file=sys.stderr)
        return done.stdout

    def _command(self, command: str, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "bedrock_batch", command, self._stack, *arguments]


def shortened(text: str, width: int = _WIDTH) -> str:
    """The beginning of a line, without characters that control a terminal."""
    line = text if len(text) <= width else text[: width - 3] + "..."
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line)


def _say(*words: str) -> None:
    print(f"== bedrock-batch {' '.join(words)}", flush=True)
