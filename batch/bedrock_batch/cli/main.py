"""The entry of the command line: arguments in, exit code out."""

import importlib
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from io import TextIOWrapper

from bedrock_batch.cli.arguments import parse
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.terminal import Terminal


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    :param arguments: default: those of the process.
    :return: one of `Exit`.
    """
    given = sys.argv[1:] if arguments is None else arguments
    _write_any_text()
    terminal = Terminal(as_json="--json" in given)
    try:
        options = parse(given)
        terminal.as_json = options.json
        code = int(_command(options.command)(options, terminal))
        terminal.out.flush()
    except Failure as failure:
        terminal.fail(failure)
        return failure.code
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Python writes what is left when it ends, which would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.CLOSED_PIPE
    return code


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
