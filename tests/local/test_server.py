"""The server as a process: how it starts, what it leaves, when it ends."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from local.cloud import Cloud, jsonl
from local.strangers import Request, send, signed

from bedrock_batch_local import EmbeddedAws

ROOTS = [str(Path(__file__).parents[2] / room) for room in ("local", "batch")]
PATIENCE = 15.0


def python(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(ROOTS)}
    return subprocess.Popen([sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, text=True, **options)


def eventually(condition: Any) -> bool:
    until = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return bool(condition())


def alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    # A child that nobody waited for is no running process.
    status = Path(f"/proc/{process_id}/stat")
    return not status.exists() or ") Z " not in status.read_text()


def answers(endpoint_url: str) -> bool:
    try:
        return send(endpoint_url, Request()).status == 403
    except OSError:
        return False


@dataclass(frozen=True)
class Closed:
    """A server that was closed: what it did before, and whether it was there."""

    endpoint_url: str
    folder: Path
    was_there: bool
    job: dict[str, Any]
    log: str


@pytest.fixture(scope="module")
def closed_server(tmp_path_factory: pytest.TempPathFactory) -> Closed:
    log = tmp_path_factory.mktemp("log") / "server.log"
    with EmbeddedAws.start(manual_clock=True, log=log) as aws:
        cloud = Cloud(aws, "123123123123")
        cloud.bucket("in")
        cloud.bucket("out")
        cloud.upload(jsonl(120))
        job = cloud.finish(cloud.role(*cloud.rights()))
        was_there = answers(aws.endpoint_url) and aws.folder.exists()
    return Closed(aws.endpoint_url, aws.folder, was_there, job, log.read_text())


def test_a_closed_server_answers_no_more_and_leaves_no_files(closed_server: Closed) -> None:
    assert closed_server.was_there
    assert not answers(closed_server.endpoint_url)
    assert not closed_server.folder.exists()


def test_the_server_ends_and_cleans_up_when_its_parent_is_killed() -> None:
    script = (
        "import time; from bedrock_batch_local import EmbeddedAws; aws = EmbeddedAws.start();"
        "print(aws.endpoint_url, aws.folder, aws._process.pid, flush=True); time.sleep(60)"
    )
    parent = python("-c", script)
    assert parent.stdout
    endpoint_url, folder, process_id = parent.stdout.readline().split()
    assert answers(endpoint_url)

    parent.kill()
    parent.communicate()

    assert eventually(lambda: not alive(int(process_id)))
    assert not answers(endpoint_url)
    assert not Path(folder).exists()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_command_tells_what_to_export_and_ends_on_a_signal(ending: signal.Signals) -> None:
    command = python("-m", "bedrock_batch_local", "--port", "0")
    lines = introduction(command)
    exported = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines if line.startswith("export "))
    assert answers(exported["AWS_ENDPOINT_URL"])
    assert exported["AWS_ACCESS_KEY_ID"] == "000000000000"

    command.send_signal(ending)

    assert command.wait(PATIENCE) == 0
    assert command.stdout
    command.stdout.close()


def introduction(command: subprocess.Popen[str]) -> list[str]:
    """What the command prints when it is ready."""
    assert command.stdout
    lines = [command.stdout.readline()]
    while lines[-1] and not lines[-1].endswith("Ctrl-C ends it.\n"):
        lines.append(command.stdout.readline())
    return lines


# What may be left over in a terminal, each of which has led an SDK to the real AWS or to somebody's credentials.
LEFT_OVER = {
    "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
    "AWS_ENDPOINT_URL_BEDROCK": "http://127.0.0.1:1",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_PROFILE": "production",
    "AWS_DEFAULT_PROFILE": "production",
    "AWS_SESSION_TOKEN": "of-somebody-else",
    "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/production",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "AWS_BEARER_TOKEN_BEDROCK": "of-somebody-else",
    "AWS_CA_BUNDLE": "of two\nAWS_lines=1",
    "AWS_CREDENTIAL_EXPIRATION": "",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "http_proxy": "http://127.0.0.1:1",
}


@pytest.fixture(scope="module")
def introduced() -> Iterator[list[str]]:
    """What the command has printed, while it runs."""
    command = python("-m", "bedrock_batch_local", "--port", "0")
    try:
        yield introduction(command)
    finally:
        command.terminate()
        command.communicate()


@pytest.mark.parametrize("shell", [shell for shell in ("sh", "bash", "dash", "zsh") if shutil.which(shell)])
def test_what_the_command_prints_leads_away_from_every_other_aws(
    shell: str, introduced: list[str], tmp_path: Path
) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[default]\nendpoint_url = http://127.0.0.1:1\nregion = eu-west-3\n")
    (tmp_path / ".aws" / "credentials").write_text("[default]\naws_access_key_id = 1\naws_secret_access_key = 2\n")
    script = (
        "import boto3, json, os;"
        "calls = [boto3.client('s3').list_buckets(), boto3.client('bedrock').list_model_invocation_jobs()];"
        "print(json.dumps([{n: v for n, v in os.environ.items() if n.startswith('AWS_')},"
        " boto3.client('sts').get_caller_identity()['Arn'], boto3.client('s3').meta.region_name]))"
    )
    pasted = "".join([*introduced, f"{sys.executable} -c {shlex.quote(script)}\n"])
    inherited = {**os.environ, **LEFT_OVER, "HOME": str(tmp_path)}
    run = subprocess.run([shell], input=pasted, env=inherited, capture_output=True, text=True, check=True)

    variables, arn, region = json.loads(run.stdout)
    assert run.stderr == ""
    assert arn == "arn:aws:iam::000000000000:root"
    assert region == "us-east-1"
    assert set(variables) == {
        "AWS_ACCESS_KEY_ID",
        "AWS_CONFIG_FILE",
        "AWS_DEFAULT_REGION",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SHARED_CREDENTIALS_FILE",
    }


def test_a_port_in_use_is_one_line_that_names_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = f"port {port} on 127.0.0.1 cannot be used: Address already in use"
        with pytest.raises(RuntimeError, match=f"^the embedded AWS did not start: {line}$"):
            EmbeddedAws.start(port=port)
        command = python("-m", "bedrock_batch_local", "--port", str(port), stderr=subprocess.PIPE)
        _, printed = command.communicate()

    assert printed == f"error: {line}\n"
    assert command.returncode == 1


def test_a_port_that_does_not_exist_is_named_too() -> None:
    with pytest.raises(RuntimeError, match=r"did not start: port must be between 0 and 65535, got 70000$"):
        EmbeddedAws.start(port=70_000)


def test_an_unusable_setting_is_an_error_that_names_it() -> None:
    with pytest.raises(RuntimeError, match="speed must be more than 0, got 0"):
        EmbeddedAws.start(speed=0)


def test_only_the_loopback_address_is_served(aws: EmbeddedAws) -> None:
    port = int(aws.endpoint_url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        pass
    # A listener on all addresses would also answer on this one.
    with pytest.raises(OSError, match=r"refused|timed out|assign"):
        socket.create_connection(("127.0.0.2", port), timeout=1)


def test_a_child_process_finds_the_server_and_no_other_aws(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-somebody-else")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
    script = "import boto3, json; print(json.dumps(boto3.client('sts').get_caller_identity()['Arn']))"

    environment = aws.environment(account="123123123123", region="eu-north-1")
    found = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert json.loads(found.stdout) == "arn:aws:iam::123123123123:root"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "eu-north-1"
    assert aws.client("sts", account="123123123123").get_caller_identity()["Account"] == "123123123123"


def post_clock(aws: EmbeddedAws, wish: Any) -> tuple[int, dict[str, Any]]:
    plain = Request("POST", "/_bedrock-batch/clock", body=json.dumps(wish).encode())
    answer = send(aws.endpoint_url, signed(aws.endpoint_url, plain, "000000000000", aws.secret, "bedrock"))
    return answer.status, json.loads(answer.body)


def test_the_manual_clock_moves_as_asked_and_refuses_nonsense(aws: EmbeddedAws) -> None:
    _, before = post_clock(aws, {"advanceSeconds": 0})
    _, after = post_clock(aws, {"advanceSeconds": 86_400})

    assert after["now"] > before["now"]
    assert post_clock(aws, {"speed": 5}) == (400, {"message": "this clock takes advanceSeconds, got speed"})
    assert post_clock(aws, {"advanceSeconds": "soon"}) == (
        400,
        {"message": "advanceSeconds must be a number, got 'soon'"},
    )
    assert post_clock(aws, [])[0] == 400


def test_a_running_clock_can_be_made_faster() -> None:
    with EmbeddedAws.start(speed=1) as aws:
        aws.set_speed(1_000_000)
        _, state = post_clock(aws, {"speed": 3})

        assert state["speed"] == 3
        assert post_clock(aws, {"date": 3}) == (400, {"message": "this clock takes advanceSeconds or speed, got date"})


def test_a_running_clock_can_be_moved() -> None:
    with EmbeddedAws.start(speed=1) as aws:
        before = datetime.fromisoformat(post_clock(aws, {"speed": 1})[1]["now"])
        after = datetime.fromisoformat(post_clock(aws, {"advanceSeconds": 86_400})[1]["now"])

        assert after - before >= timedelta(days=1)
        assert post_clock(aws, {"advanceSeconds": -1}) == (
            400,
            {"message": "advanceSeconds must be 0 or more, got -1"},
        )


def test_the_log_has_a_line_per_change_and_neither_prompts_nor_credentials(closed_server: Closed) -> None:
    assert closed_server.job["status"] == "Completed"
    job_id = closed_server.job["jobArn"].rsplit("/", 1)[-1]
    for status in ("Submitted", "Validating", "Scheduled", "InProgress", "Completed"):
        assert f"{job_id} job-1: {status}\n" in closed_server.log
    assert "Summarize" not in closed_server.log
    assert "ASIA" not in closed_server.log
