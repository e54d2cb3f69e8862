"""The arguments of the command line. It imports nothing that takes time: `--help` is fast."""

import argparse
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, NoReturn

from bedrock_batch.cli.failure import Exit, Failure

FORMATS: Final = {"jsonl": ".jsonl", "csv": ".csv", "openai": None, "parquet": ".parquet"}
"""The formats of rows, each with the suffix of its files."""
SCHEMAS: Final = ("job-file", "defaults", "environments", "plan", "outcome")
"""What has a JSON Schema: the kinds of files, as `bedrock_batch.options` names them, the JSON of a plan, and the event
of an outcome."""

_LONGEST_INTERVAL: Final = 3_600
_MOST_DIGITS: Final = 15
_TARGET: Final = "ARN of a job, or name or ARN of a stack"
_JOB: Final = "construct id or logical id of a job of the stack (default: all of them; results: the only one)"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Failure(f"{message}; see {self.prog} --help", Exit.USAGE)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib import metadata  # noqa: PLC0415 - no other option needs it

        try:
            version = metadata.version("cdk-bedrock-batch")
        except metadata.PackageNotFoundError:
            version = "(not installed)"
        print(f"bedrock-batch {version}")
        parser.exit()


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the arguments.

    :raises Failure: they are wrong.
    """
    parser = _parser()
    options = parser.parse_args(arguments, argparse.Namespace(json=False, profile=None, region=None, endpoint_url=None))
    if options.command is None:
        parser.error("a command is required")
    if options.command == "results":
        _choose_format(options, parser)
    if options.command == "plan":
        _check_plan(options, parser)
    return options


def _parser() -> _Parser:
    shared = _Parser(add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False)
    group = shared.add_argument_group("options of all commands, before or after the command")
    group.add_argument("--json", action="store_true", help="print one JSON object")
    group.add_argument("--profile", help="a profile of the AWS CLI")
    group.add_argument("--region", help="AWS Region of the stack; the ARN of a job names its own")
    group.add_argument("--endpoint-url", metavar="URL", help="endpoint of the AWS services")

    parser = _Parser(
        prog="bedrock-batch",
        description="Shows Amazon Bedrock batch inference jobs, and what became of each record.",
        parents=[shared],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    def command(name: str, text: str, *add: Callable[[Any], object]) -> None:
        own = commands.add_parser(name, help=text, description=text, parents=[shared], allow_abbrev=False)
        for each in add:
            each(own)

    command("check", "Check files of records before a job reads them.", _add_check)
    command("status", "Show the status of jobs, with the outcomes of their records.", _add_target)
    command("watch", "Follow jobs until all have ended.", _add_target, _add_watch)
    command("results", "Write one row for each record of a job.", _add_target, _add_results)
    command("errors", "Show why records have no result, each kind of error once.", _add_target)
    command("stop", "Stop jobs.", _add_target, _add_stop)
    command("plan", "Show which paid jobs a deployment starts, before it does.", _add_plan)
    command("schema", "Print the JSON Schema of job files, for editors, of a plan, or of an outcome.", _add_schema)
    return parser


def _add_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET", help=_TARGET)
    parser.add_argument("job", metavar="JOB", nargs="?", help=_JOB)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="the input files of one job")
    parser.add_argument("--model-id", metavar="ID", help="also check the bodies for this model")
    parser.add_argument("--converse", action="store_true", help="the bodies are Converse requests")


def _add_results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", type=_file, help="default, and -: standard output")
    parser.add_argument("--format", choices=FORMATS, help="default: as FILE ends, else jsonl")


def _file(text: str) -> Path | None:
    return None if text in ("-", "/dev/stdout") else Path(text)


def _add_watch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--interval", metavar="SECONDS", type=_seconds, default=5.0, help="between two looks (default: 5)"
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_INTERVAL:
        raise argparse.ArgumentTypeError(f"must be a number of seconds up to {_LONGEST_INTERVAL}, got {text}")
    return seconds


def _add_stop(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _add_plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stacks", metavar="STACK", nargs="*", help="names of stacks, with * (default: all)")
    parser.add_argument("--app", help="command of the app, or a folder cdk.out (default: app in cdk.json)")
    parser.add_argument("--base", help="a Git ref, or a folder cdk.out (default: the deployed stacks)")
    parser.add_argument(
        "-c", "--context", metavar="KEY=VALUE", action=_Pairs, default={}, help="a context value of the app"
    )
    parser.add_argument("--markdown", action="store_true", help="print a comment for a pull request")
    group = parser.add_argument_group("ceilings of all that starts; above one, the exit code is 11")
    group.add_argument("--max-records", metavar="N", type=_ceiling)
    group.add_argument("--max-tokens", metavar="N", type=_ceiling)
    group.add_argument("--max-usd", metavar="USD", type=_usd)


class _Pairs(argparse.Action):
    def __call__(self, _parser: object, options: argparse.Namespace, text: Any, _option: object = None) -> None:
        name, equals, value = str(text).partition("=")
        if not name or not equals:
            raise argparse.ArgumentError(self, f"must be KEY=VALUE, got {text}")
        setattr(options, self.dest, {**getattr(options, self.dest), name: value})


def _ceiling(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text) > 0):
        raise argparse.ArgumentTypeError(f"must be a whole number above zero, got {text:.20}")
    return int(text)


def _usd(text: str) -> Decimal:
    try:
        found = Decimal(text) if len(text) <= _MOST_DIGITS else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0:
        raise argparse.ArgumentTypeError(f"must be a number of USD, zero or more, got {text:.20}")
    return found


def _add_schema(parser: argparse.ArgumentParser) -> None:
    text = f"one of {', '.join(SCHEMAS)} (default: {SCHEMAS[0]})"
    parser.add_argument("file", metavar="FILE", nargs="?", choices=SCHEMAS, default=SCHEMAS[0], help=text)


def _check_plan(options: argparse.Namespace, parser: _Parser) -> None:
    if options.markdown and options.json:
        parser.error("--markdown and --json are two forms of the same; name one of them")
    if options.app == "":
        parser.error("--app must name a command or a folder like cdk.out")


def _choose_format(options: argparse.Namespace, parser: _Parser) -> None:
    if options.format is None and options.output is not None:
        suffix = options.output.suffix.lower()
        options.format = next((name for name, its in FORMATS.items() if its is not None and its == suffix), None)
        if options.format is None:
            parser.error(f"the format of {options.output} is not known; name it with --format: {', '.join(FORMATS)}")
    options.format = options.format or "jsonl"
    if options.format == "parquet" and options.output is None:
        parser.error("a Parquet file needs a name; give it with -o FILE")
