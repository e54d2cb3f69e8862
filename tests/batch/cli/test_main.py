"""Exit codes, error texts, and what the command line loads."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from batch.cli.fake_aws import refusal
from botocore.exceptions import EndpointConnectionError, NoCredentialsError
from botocore.parsers import ResponseParserError

from bedrock_batch.cli.aws import Aws, RefusedError, refusals
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.jobs import is_named
from bedrock_batch.cli.main import main
from bedrock_batch.cli.terminal import Terminal, harmless

ROOT = Path(__file__).parents[3]
ARN = "arn:aws:bedrock:eu-west-1:111122223333:model-invocation-job/abcdefabcdef"
ENTRY = "import sys\nfrom bedrock_batch.cli.main import main\nsys.exit(main(sys.argv[1:]))"
COMMANDS = ["check", "status", "watch", "results", "errors", "stop", "schema"]


def python(code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_CONFIG_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true", **variables}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_every_command_loads_without_aws_cdk() -> None:
    code = "import importlib, sys\n" + "".join(
        f"importlib.import_module('bedrock_batch.cli.commands.{each}')\n" for each in COMMANDS
    )
    run = python(code + "print(*sorted({name.partition('.')[0] for name in sys.modules}))")

    assert run.returncode == 0, run.stderr
    loaded = run.stdout.split()
    assert "boto3" in loaded
    assert not {"aws_cdk", "jsii", "constructs", "cdk_bedrock_batch", "rich", "pyarrow", "yaml"} & {*loaded}


@pytest.mark.parametrize(
    "arguments", [["--help"], ["results", "--help"], ["--version"], ["check", "no.jsonl"], ["schema"]]
)
def test_what_needs_no_aws_does_not_load_boto3(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom bedrock_batch.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    run = python(code, *arguments)

    assert "bedrock_batch.cli.main" in run.stderr.split()
    assert not {"boto3", "botocore", "sqlite3"} & {*run.stderr.split()}


def test_without_boto3_one_sentence_says_what_to_install() -> None:
    code = (
        "import sys\nsys.modules['boto3'] = None\nfrom bedrock_batch.cli.main import main\nsys.exit(main(sys.argv[1:]))"
    )
    run = python(code, "status", "T")

    assert (run.returncode, run.stderr) == (
        2,
        "bedrock-batch: boto3 is not installed; install cdk-bedrock-batch[cli]\n",
    )


def test_the_module_is_the_command(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bedrock_batch", "check", str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stderr) == (1, f"{tmp_path}: no such file\n")


def test_a_terminal_that_knows_no_umlauts_gets_their_escapes(tmp_path: Path) -> None:
    run = python(ENTRY, "check", str(tmp_path / "\u00fc.jsonl"), PYTHONIOENCODING="ascii")

    assert (run.returncode, run.stderr) == (1, f"{tmp_path}/\\xfc.jsonl: no such file\n")


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    names = [str(tmp_path / f"{number}.jsonl") for number in range(3)]
    line = json.dumps({"recordId": "r", "modelInput": {}})
    for name in names:
        Path(name).write_text(line + "\n")
    command = [sys.executable, "-m", "bedrock_batch", "check", *names]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        run = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writing)

    assert (run.returncode, run.stderr) == (141, "")


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [(["--profile", "none", "--region", "eu-west-1"], {}), (["--region", "eu west"], {}), ([], {"AWS_PROFILE": "no"})],
)
def test_a_wrong_profile_or_region_is_a_wrong_command_line(arguments: list[str], variables: dict[str, str]) -> None:
    run = python(ENTRY, "status", "Stack", *arguments, **variables, AWS_SHARED_CREDENTIALS_FILE=os.devnull)

    assert (run.returncode, run.stderr.count("\n")) == (2, 1), run.stderr


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["status", "Stack"], "no Region is known; name one with --region, or the job by its ARN"),
        (
            ["status", "Stack", "--profile", "none", "--region", "eu-west-1"],
            "cannot use AWS: The config profile (none) could not be found",
        ),
        (["status", ARN], f"cannot read the job {ARN}: Unable to locate credentials"),
        (["status", ARN, "--endpoint-url", "nowhere"], "cannot use AWS: Invalid endpoint: nowhere"),
    ],
)
def test_fails_in_one_sentence_without_settings_of_aws(arguments: list[str], text: str) -> None:
    run = python(ENTRY, *arguments, AWS_SHARED_CREDENTIALS_FILE=os.devnull)

    assert run.returncode in (Exit.USAGE, Exit.AWS)
    assert run.stderr == f"bedrock-batch: {text}\n"


@pytest.mark.parametrize(
    ("error", "text", "code", "kind"),
    [
        (refusal("AccessDenied", "no\n right", 403), "cannot x: AccessDenied: no right", Exit.AWS, RefusedError),
        (refusal("NoSuchKey", "gone", 404), "cannot x: NoSuchKey: gone", Exit.NOT_FOUND, RefusedError),
        (
            refusal("ValidationError", "Stack with id S does not exist"),
            "cannot x: ValidationError: Stack with id S does not exist",
            Exit.NOT_FOUND,
            RefusedError,
        ),
        (refusal("ThrottlingException", "slow"), "cannot x: ThrottlingException: slow", Exit.AWS, Failure),
        (refusal("InternalError", "", 500), "cannot x: InternalError: ", Exit.AWS, Failure),
        (
            EndpointConnectionError(endpoint_url="http://x"),
            'cannot x: Could not connect to the endpoint URL: "http://x"',
            Exit.AWS,
            Failure,
        ),
        *(
            (each, "cannot x: the response is not one of AWS; is there a proxy?", Exit.AWS, Failure)
            for each in (
                ResponseParserError("secret"),
                KeyError("ListStackResourcesResult"),
                refusal("403", "<html>Log in</html>", 403),
                refusal("302", "", 302),
                refusal("", "", 403),
            )
        ),
        (EOFError(), "cannot x: the profile asks for an MFA code, which needs a terminal", Exit.AWS, Failure),
        (NoCredentialsError(), "cannot x: Unable to locate credentials", Exit.AWS, Failure),
    ],
)
def test_an_error_of_aws_is_one_sentence(error: Exception, text: str, code: Exit, kind: type[Failure]) -> None:
    with pytest.raises(Failure) as caught, refusals("x"):
        raise error
    assert (str(caught.value), caught.value.code, type(caught.value)) == (text, code, kind)


def test_ctrl_c_before_anything_is_shown_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Aws, "client", interrupted)
    assert main(["status", ARN]) == 130


def test_every_exit_code_is_in_the_page() -> None:
    page = (ROOT / "docs" / "how-to" / "command-line.md").read_text("utf-8")

    assert [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)] == sorted(Exit)


def test_errors_under_json_are_json_wherever_the_option_stands(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["nothing", "--json"], ["--json"]):
        assert main(arguments) == 2
        error = json.loads(capsys.readouterr().err)
        assert error["schemaVersion"] == 1
        assert error["error"]["exitCode"] == 2


def test_no_text_of_aws_or_of_a_model_controls_the_terminal() -> None:
    out = io.StringIO()
    Terminal(out=out).show("a\x1b[2J\x9b\u202eb\ttab\u00e9")

    assert out.getvalue() == "a\\u001b[2J\\u009b\\u202eb\ttab\u00e9\n"
    assert harmless("plain\n") == "plain\n"


@pytest.mark.parametrize(
    ("job", "logical_id", "is_it"),
    [
        ("TicketTriage", "TicketTriage0A1B2C3D", True),
        ("ticket-triage", "tickettriage0A1B2C3D", True),
        ("Nested/Job", "NestedJob0A1B2C3D", True),
        ("TicketTriage0A1B2C3D", "TicketTriage0A1B2C3D", True),
        ("Ticket", "TicketTriage0A1B2C3D", False),
        ("", "0A1B2C3D", False),
        ("-", "0A1B2C3D", False),
    ],
)
def test_a_construct_id_names_the_logical_id_that_cdk_makes_of_it(job: str, logical_id: str, is_it: bool) -> None:
    assert is_named(job, logical_id) is is_it
