"""Exit codes, error texts, and what the command line loads."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from batch.cli.fake_aws import JOB_TYPE, Fake, faked, refusal
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
COMMANDS = ["check", "status", "watch", "results", "errors", "stop"]


def python(code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_CONFIG_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true", **variables}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fake:
    return faked(monkeypatch, capsys)


def test_every_command_loads_without_aws_cdk() -> None:
    code = "import importlib, sys\n" + "".join(
        f"importlib.import_module('bedrock_batch.cli.commands.{each}')\n" for each in COMMANDS
    )
    run = python(code + "print(*sorted({name.partition('.')[0] for name in sys.modules}))")

    assert run.returncode == 0, run.stderr
    loaded = run.stdout.split()
    assert "boto3" in loaded
    assert not {"aws_cdk", "jsii", "constructs", "cdk_bedrock_batch", "rich", "pyarrow", "yaml"} & {*loaded}


@pytest.mark.parametrize("arguments", [["--help"], ["results", "--help"], ["--version"], ["check", "no.jsonl"]])
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


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"recordId": f"r{n}", "modelInput": {}}) + "\n" for n in range(100)))
    return str(path)


ROWS = (
    "import sys\nfrom bedrock_batch.cli.main import main\nfrom batch.cli.fake_aws import *\n"
    "fake = FakeAws()\nAws.client = fake.client\narn = fake.add('a')\n"
    "fake.objects = {'in/x.jsonl': records(9), arn.replace('arn:aws:bedrock:eu-west-1:111122223333:model-invocation-job/',"
    " 'out/') + '/x.jsonl.out': answers(9)}\nsys.exit(main([each.replace('ARN', arn) for each in sys.argv[1:]]))"
)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
@pytest.mark.parametrize(
    ("arguments", "redirection", "code", "text"),
    [
        (["check", "FILE"], ">/dev/full", 6, "cannot write standard output: No space left on device"),
        (["check", "FILE"], ">&-", 6, "cannot write standard output: it is closed"),
        (["check", "FILE", "--json"], ">&-", 6, "cannot write standard output: it is closed"),
        (["results", "ARN"], ">/dev/full", 6, "cannot write standard output: No space left on device"),
        (["results", "ARN"], ">&-", 6, "cannot write standard output: it is closed"),
        (["status", "ARN", "--json"], ">&-", 6, "cannot write standard output: it is closed"),
        (["results", "ARN"], ">/dev/null 2>/dev/full", 6, None),
        (["results", "ARN"], ">/dev/null 2>&-", 0, None),
        (["check", "no.jsonl"], "2>/dev/full", 6, None),
    ],
)
def test_a_standard_stream_that_cannot_be_written_is_one_sentence(
    small: str, arguments: list[str], redirection: str, code: int, text: str | None
) -> None:
    words = [small if each == "FILE" else each for each in arguments]
    run = subprocess.run(
        ["sh", "-c", f'"$0" -c "$1" {shlex.join(words)} {redirection}', sys.executable, ROWS],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stdout) == (code, "")
    if text is None:
        assert run.stderr == ""
    elif "--json" in arguments:
        assert json.loads(run.stderr)["error"] == {"message": text, "exitCode": code}
    else:
        assert run.stderr == f"bedrock-batch: {text}\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_an_error_of_the_program_is_one_sentence_without_its_text(fake: Fake, as_json: bool) -> None:
    fake.aws.jobs[ARN] = KeyError("text of a record")
    code, out, err = fake("status", ARN, *(["--json"] if as_json else []))
    message = json.loads(err)["error"]["message"] if as_json else err

    assert (code, out) == (7, "")
    assert re.search(r"an error of this program: KeyError in [a-z_]+\.py, line \d+; please report it", message)
    assert "record" not in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_leaves_no_temporary_file(fake: Fake, tmp_path: Path, name: str, code: int) -> None:
    arn, number = fake.aws.add("a"), getattr(signal, name)

    def killed() -> bytes:
        assert [*tmp_path.iterdir()]
        os.kill(os.getpid(), number)
        return b""

    fake.aws.objects["in/x.jsonl"] = killed
    done = fake("results", arn, "-o", str(tmp_path / "rows.csv"))

    assert done == (code, "", "")
    assert [*tmp_path.iterdir()] == []
    assert signal.getsignal(number) == signal.SIG_DFL


def test_a_signal_that_is_ignored_stays_ignored(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = fake.aws.add("a")
    shown = fake.aws.jobs[arn]

    def hung_up() -> dict[str, object]:
        os.kill(os.getpid(), signal.SIGHUP)
        return dict(shown)

    fake.aws.jobs[arn] = hung_up
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert fake("status", arn)[0] == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_signal_in_watch_says_that_the_job_still_runs(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = fake.aws.add("a", status="InProgress")
    monkeypatch.setattr("time.sleep", lambda _: os.kill(os.getpid(), signal.SIGTERM))
    code, _, err = fake("watch", arn)

    assert (code, err) == (143, "bedrock-batch: not watched any more; still running: a\n")


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"jobArn": None}, "the response is not one of AWS; is there a proxy?"),
        ({"outputDataConfig": None}, "the response has no outputDataConfig"),
        ({"inputDataConfig": {}}, "the response has no inputDataConfig"),
    ],
)
def test_a_response_without_what_it_must_have_fails_for_its_job_alone(
    fake: Fake, members: dict[str, object], text: str
) -> None:
    bad = fake.aws.add("bad", **members)
    fake.aws.add("good")

    assert fake("status", bad) == (5, "", f"bedrock-batch: cannot read the job {bad}: {text}\n")
    code, out, err = fake("status", "Stack")
    assert (code, out.splitlines()[0]) == (5, "good: Completed, failed")
    assert err == f"cannot read the job {bad}: {text}\n"


@pytest.mark.parametrize(
    ("stack", "arguments", "text"),
    [
        ({"A": ""}, ["A"], "A of the stack Stack has not started a job"),
        ({"A": "maybe-started:"}, ["A"], "A of the stack Stack may have started a job, which may run"),
        ({"A": "maybe-started:x"}, ["A"], "A of the stack Stack may have started the job x, which may run"),
    ],
)
def test_a_job_that_may_run_is_said_to(fake: Fake, stack: dict[str, str], arguments: list[str], text: str) -> None:
    fake.aws.stack = {name: (JOB_TYPE, id_) for name, id_ in stack.items()}

    assert fake("status", "Stack", *arguments) == (3, "", f"bedrock-batch: {text}\n")


def test_an_exact_logical_id_wins(fake: Fake) -> None:
    arn = fake.aws.add("Job")
    fake.aws.add("Job0A1B2C3D")
    code, out, _ = fake("status", "Stack", "Job", "--json")

    assert (code, [each["jobArn"] for each in json.loads(out)["jobs"]]) == (0, [arn])


def test_a_stack_of_nested_stacks_names_them(fake: Fake) -> None:
    nested = "arn:aws:cloudformation:eu-west-1:111122223333:stack/Inner-1/abc"
    fake.aws.stack = {"Inner": ("AWS::CloudFormation::Stack", nested)}
    text = "the stack Stack has no batch inference job; it has the nested stacks Inner-1, which may have some"

    assert fake("status", "Stack") == (3, "", f"bedrock-batch: {text}\n")


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
        (
            ResponseParserError("secret"),
            "cannot x: the response is not one of AWS; is there a proxy?",
            Exit.AWS,
            Failure,
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
