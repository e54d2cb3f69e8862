"""Runs a CDK app in a process of its own, as the CDK CLI does."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.local_file import opened
from bedrock_batch.plan.told import PLANNING

_CONFIGURATION: Final = "cdk.json"
_LOOKED_UP: Final = "cdk.context.json"
# A variable of the environment has at most 128 KiB on Linux. The app takes what is longer from a file.
_LONGEST_CONTEXT: Final = 32_000
_LONGEST_ERROR: Final = 8_000
# What the CDK CLI gives each app. The paths of constructs are in the templates only with the first. Without the last,
# an app with a job above a ceiling fails.
_CONTEXT_OF_CLI: Final[Mapping[str, Any]] = {
    "aws:cdk:enable-path-metadata": True,
    "aws:cdk:enable-asset-metadata": True,
    "aws:cdk:version-reporting": True,
    "aws:cdk:bundling-stacks": ["**"],
    "@aws-cdk/core:failSynthOnValidationErrors": False,
}


class AppFailure(Failure):
    """An app failed. Its text ends with what the app wrote last, which is `said`."""

    def __init__(self, text: str, said: str) -> None:
        """Say what happened."""
        super().__init__(f"{text}:\n{said}" if said else f"{text}, and wrote nothing", Exit.APP)
        self.said = said


@dataclass(frozen=True)
class Commands:
    """What a `cdk.json` says: `app` is a command or the folder of an assembly, `build` runs before it."""

    app: str | None
    build: str | None


def commands_of(folder: Path) -> Commands:
    """The commands in the `cdk.json` of a folder.

    :raises Failure: the file cannot be read.
    """
    found = _read(folder / _CONFIGURATION)
    app, build = found.get("app"), found.get("build")
    return Commands(app if isinstance(app, str) and app else None, build if isinstance(build, str) and build else None)


def run_app(command: str, folder: Path, out: Path, context: Mapping[str, str], environment: Mapping[str, str]) -> None:
    """Let an app write its assembly.

    :param command: a command line for the shell.
    :param folder: of its `cdk.json`, in which it runs.
    :param out: the folder of the assembly.
    :param context: values that count more than those of the files.
    :param environment: variables that the app gets, too.
    :raises AppFailure: the app fails, or `build` of its `cdk.json`.
    """
    build = commands_of(folder).build
    given = {
        **_CONTEXT_OF_CLI,
        **_context_in(folder / _CONFIGURATION),
        **_read(folder / _LOOKED_UP),
        **context,
        PLANNING: True,
    }
    with tempfile.TemporaryDirectory(prefix="bedrock-batch-") as scratch:
        variables = {**os.environ, **environment, "CDK_OUTDIR": str(out), **_handed_over(given, Path(scratch))}
        log = Path(scratch) / "log"
        with log.open("wb") as written:
            code = _run(build, folder, variables, written) if build else 0
            code = code or _run(command, folder, variables, written)
        if code == 0:
            return
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LONGEST_ERROR))
            said = file.read().decode(errors="replace").strip()
    raise AppFailure(f"the app failed with exit code {code}", said)


def _run(command: str, folder: Path, variables: Mapping[str, str], written: Any) -> int:
    # The command line is that of the user's own cdk.json, and the CDK CLI gives it to the shell, too.
    return subprocess.run(  # noqa: S602 - as above
        command,
        shell=True,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=written,
        stderr=subprocess.STDOUT,
        check=False,
    ).returncode


def _handed_over(context: Mapping[str, Any], scratch: Path) -> dict[str, str]:
    text = json.dumps(context)
    if len(text) <= _LONGEST_CONTEXT:
        return {"CDK_CONTEXT_JSON": text}
    file = scratch / "context.json"
    file.write_text(text)
    return {"CDK_CONTEXT_JSON": "{}", "CONTEXT_OVERFLOW_LOCATION_ENV": str(file)}


def _context_in(path: Path) -> dict[str, Any]:
    found = _read(path).get("context")
    return found if isinstance(found, dict) else {}


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        with opened(path, str(path)) as file:
            found = json.load(file)
    except (ValueError, RecursionError):
        raise Failure(f"{path} is not JSON", Exit.FILE) from None
    return found if isinstance(found, dict) else {}
