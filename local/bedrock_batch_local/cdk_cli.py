"""Runs the real CDK CLI on an app, with the variables of an embedded AWS."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

_SECONDS_TO_END = 10.0


class CdkCliError(Exception):
    """The CLI is missing or ended with an error. The text has its output, if that was not shown."""


@dataclass(frozen=True)
class CdkCli:
    """Commands of the CDK CLI for one app.

    ``app_folder`` contains ``cdk.json``, the CLI writes to ``work_folder``, ``context`` becomes ``-c`` options. ``app``
    replaces the command in ``cdk.json`` (default: that command).
    """

    app_folder: Path
    work_folder: Path
    environment: Mapping[str, str]
    context: Mapping[str, str] = field(default_factory=dict)
    app: str | None = None

    def bootstrap(self, account: str, region: str) -> None:
        """Create the bootstrap stack of an account and Region."""
        # Without an app, since its synthesis takes time and is not needed here.
        self._run(["bootstrap", f"aws://{account}/{region}", "--app", ""], show=False, with_app=False)

    def deploy(self, *stacks: str, show: bool = False, asks: bool = False) -> dict[str, dict[str, str]]:
        """Deploy stacks (default: all). Returns their outputs by stack and output name.

        ``show`` prints the CLI's output while it runs. With ``asks`` the CLI keeps its default: it asks before it
        changes IAM, and fails, since nobody answers.
        """
        outputs = self.work_folder / "outputs.json"
        outputs.unlink(missing_ok=True)
        approval = [] if asks else ["--require-approval", "never"]
        command = ["deploy", *(stacks or ["--all"]), *approval, "--outputs-file", str(outputs)]
        self._run([*command, "--progress", "events"], show=show)
        return json.loads(outputs.read_text("utf-8")) if outputs.exists() else {}

    def environments(self) -> set[tuple[str | None, str | None]]:
        """Account and Region of each stack; None for what the app leaves to the credentials."""
        self._run(["synth", "--quiet"], show=False)
        manifest = json.loads((self.work_folder / "cdk.out" / "manifest.json").read_text("utf-8"))
        stacks = (each for each in manifest["artifacts"].values() if each["type"] == "aws:cloudformation:stack")
        places = (each["environment"].removeprefix("aws://").partition("/") for each in stacks)
        return {
            (None if account == "unknown-account" else account, None if region == "unknown-region" else region)
            for account, _, region in places
        }

    def diff(self, *stacks: str) -> str:
        """The changes of a deployment of stacks (default: all), as the CLI prints them."""
        return self._run(["diff", *stacks], show=False)

    def publish(self) -> None:
        """Publish the assets of all stacks, and deploy nothing."""
        self._run(["publish-assets", "--unstable=publish-assets"], show=False)

    def destroy(self, *stacks: str) -> None:
        """Destroy stacks (default: all)."""
        self._run(["destroy", *(stacks or ["--all"]), "--force"], show=False)

    def run(self, *arguments: str) -> str:
        """Another command of the CLI with its options. Returns what it printed."""
        return self._run(arguments, show=False)

    def again(self) -> CdkCli:
        """The same app with its last synthesis, without a new one."""
        return replace(self, app=str(self.work_folder / "cdk.out"), context={})

    def _run(self, arguments: Sequence[str], *, show: bool, with_app: bool = True) -> str:
        program = shutil.which("cdk", path=self.environment.get("PATH"))
        if program is None:
            raise CdkCliError(
                "the CDK CLI is not on the PATH; `npm install --global aws-cdk` installs it, and `make setup` puts it "
                "into node_modules/.bin of a clone"
            )
        command = [program, *arguments, "--ci", "--no-notices", "--no-version-reporting"]
        if with_app:
            command += ["--app", self.app] if self.app else ["--output", str(self.work_folder / "cdk.out")]
            for key, value in self.context.items():
                command += ["-c", f"{key}={value}"]
        run = subprocess.Popen(
            command,
            cwd=self.app_folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            # A process group of its own, so that all its processes can be ended.
            start_new_session=True,
        )
        printed = []
        assert run.stdout is not None  # noqa: S101 - PIPE was asked for above
        try:
            for line in run.stdout:
                printed.append(line)
                if show and line.strip():
                    print("  " + line.rstrip(), flush=True)
            status = run.wait()
        except BaseException:
            # Without this it would deploy after its caller has cleaned up.
            _end(run)
            raise
        if status != 0:
            raise CdkCliError(f"cdk {arguments[0]} ended with {status}: \n{''.join(printed)}")
        return "".join(printed)


def _end(run: subprocess.Popen[str]) -> None:
    """End a command and all processes that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        run.wait(_SECONDS_TO_END)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()
