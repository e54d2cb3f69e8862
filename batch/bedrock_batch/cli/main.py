"""The entry of the command line: arguments in, exit code out."""

import importlib
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path

from bedrock_batch.cli.arguments import parse
from bedrock_batch.cli.failure import Exit, Failure, Signalled, signals
from bedrock_batch.cli.terminal import Terminal, give_up


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    :param arguments: default: those of the process.
    :return: one of `Exit`.
    """
    given = sys.argv[1:] if arguments is None else arguments
    _write_any_text()
    terminal = Terminal(as_json="--json" in given)
    try:
        with signals():
            return _run(given, terminal)
    except Failure as failure:
        terminal.fail(failure)
        return failure.code
    except KeyboardInterrupt as interrupt:
        return interrupt.code if isinstance(interrupt, Signalled) else Exit.INTERRUPTED
    except BrokenPipeError:
        give_up(sys.stdout)
        return Exit.CLOSED_PIPE
    except Exception as error:  # noqa: BLE001, RUF100 - whatever it is, a person gets one sentence
        terminal.fail(Failure(_unexpected(error), Exit.UNEXPECTED))
        return Exit.UNEXPECTED


def _run(given: Sequence[str], terminal: Terminal) -> int:
    options = parse(given)
    terminal.as_json = options.json
    code = int(_command(options.command)(options, terminal))
    terminal.flush()
    return code


def _unexpected(error: Exception) -> str:
    """Type and place of an error. Its text may have something of a record."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if "bedrock_batch" in each.filename]
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"an error of this program: {type(error).__name__}{place}; please report it"


def _write_any_text() -> None:
    """Let the standard streams escape what their encoding does not have. In JSON, half a character stays the same."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _command(name: str) -> Callable[[Namespace, Terminal], Exit]:
    """The function of a command. Only its own module is imported.

    :raises Failure: boto3 is not installed.
    """
    try:
        module = importlib.import_module(f"bedrock_batch.cli.commands.{name}")
    except ModuleNotFoundError as error:
        if error.name not in ("boto3", "botocore"):
            raise
        raise Failure("boto3 is not installed; install cdk-bedrock-batch[cli]", Exit.USAGE) from None
    run: Callable[[Namespace, Terminal], Exit] = module.run
    return run
