"""What the command line understands, and what it says to what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bedrock_batch.cli.arguments import parse
from bedrock_batch.cli.failure import Exit, Failure


@pytest.mark.parametrize(
    "arguments",
    [
        ("--json", "--profile", "p", "--region", "r", "--endpoint-url", "u", "status", "T"),
        ("status", "T", "--json", "--profile", "p", "--region", "r", "--endpoint-url", "u"),
        ("--json", "--region", "r", "status", "--profile", "p", "T", "--endpoint-url", "u"),
        ("--region", "other", "--json", "status", "T", "--region", "r", "--profile", "p", "--endpoint-url", "u"),
    ],
)
def test_options_of_all_commands_stand_before_or_after_the_command(arguments: tuple[str, ...]) -> None:
    options = parse(arguments)

    assert (options.json, options.profile, options.region, options.endpoint_url) == (True, "p", "r", "u")
    assert (options.command, options.target, options.job) == ("status", "T", None)


def test_without_options_the_environment_decides() -> None:
    options = parse(["status", "T"])

    assert (options.json, options.profile, options.region, options.endpoint_url) == (False, None, None, None)


@pytest.mark.parametrize(
    ("arguments", "format_"),
    [
        (["-o", "rows.csv"], "csv"),
        (["-o", "rows.JSONL"], "jsonl"),
        (["-o", "rows.parquet"], "parquet"),
        (["-o", "rows.csv", "--format", "openai"], "openai"),
        (["--format", "csv"], "csv"),
        ([], "jsonl"),
    ],
)
def test_the_format_is_that_of_the_suffix(arguments: list[str], format_: str) -> None:
    assert parse(["results", "T", *arguments]).format == format_


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "a command is required; see bedrock-batch --help"),
        (["status"], "the following arguments are required: TARGET; see bedrock-batch status --help"),
        (["status", "T", "J", "x"], "unrecognized arguments: x; see bedrock-batch --help"),
        (["status", "T", "--reg", "x"], "unrecognized arguments: --reg x; see bedrock-batch --help"),
        (
            ["watch", "T", "--interval", "x"],
            "argument --interval: must be a number of seconds up to 3600, got x; see bedrock-batch watch --help",
        ),
        (
            ["results", "T", "-o", "rows.xlsx"],
            "the format of rows.xlsx is not known; name it with --format: jsonl, csv, openai, parquet; "
            "see bedrock-batch --help",
        ),
        (
            ["results", "T", "--format", "parquet"],
            "a Parquet file needs a name; give it with -o FILE; see bedrock-batch --help",
        ),
    ],
)
def test_fails_for_a_wrong_command_line(arguments: list[str], text: str) -> None:
    with pytest.raises(Failure) as caught:
        parse(arguments)
    assert (str(caught.value), caught.value.code) == (text, Exit.USAGE)


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_standard_output_has_names(name: str) -> None:
    options = parse(["results", "T", "-o", name])

    assert (options.output, options.format) == (None, "jsonl")


def test_check_takes_the_files_of_one_job() -> None:
    options = parse(["check", "a.jsonl", "b.jsonl", "--model-id", "m", "--converse"])

    assert (options.files, options.model_id, options.converse) == ([Path("a.jsonl"), Path("b.jsonl")], "m", True)
