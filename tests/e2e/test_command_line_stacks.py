"""The command line on stacks that others wrote, and ids with a marker, on the embedded AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from local.cloud import Cloud
from local.test_templates import Resources, deploy, lambda_role, ref, resource

from bedrock_batch.run.physical_id import found_running, maybe_started
from bedrock_batch_local import EmbeddedAws
from e2e.command_line import ACCOUNTS, Run, finished, prepared, runner

STACK = "Stack"
# Answers CloudFormation with the id that the template names.
CODE = """
import json, urllib.request

def handler(event, context):
    members = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer = {**members, "Status": "SUCCESS", "PhysicalResourceId": event["ResourceProperties"]["Id"]}
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], body, {"content-type": ""}, method="PUT")
    urllib.request.urlopen(request).close()
"""


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """An account with a job by boto3, and a stack whose resources name it."""
    with EmbeddedAws.start(manual_clock=True) as aws:
        yield prepared(Cloud(aws, str(next(ACCOUNTS))))


@pytest.fixture(scope="module")
def arn(cloud: Cloud) -> str:
    arn = finished(cloud)
    function = resource(
        "Lambda::Function",
        Runtime="python3.11",
        Handler="index.handler",
        Role=ref("Role", "Arn"),
        Code={"ZipFile": CODE},
    )
    ids = {
        "TicketTriage0A1B2C3D": ("Custom::BedrockModelInvocationJob", found_running(arn)),
        "Handmade": ("Custom::Batch", arn),
        "NotStarted": ("Custom::BedrockModelInvocationJob", "not-started:abc"),
        "MaybeStarted": ("Custom::BedrockModelInvocationJob", maybe_started("job-x")),
    }
    jobs: Resources = {
        name: {"Type": kind, "Properties": {"ServiceToken": ref("Function", "Arn"), "Id": id_}}
        for name, (kind, id_) in ids.items()
    }
    deploy(cloud, {"Role": lambda_role(), "Function": function, **jobs})
    return arn


@pytest.fixture
def run(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(cloud, monkeypatch, capsys)


@pytest.mark.parametrize("job", ["TicketTriage", "Ticket-Triage", "TicketTriage0A1B2C3D", "Handmade"])
def test_a_job_is_found_by_its_stack_and_its_id(arn: str, run: Run, job: str) -> None:
    (found,) = run("status", STACK, job, "--json").json["jobs"]

    assert found["jobArn"] == arn
    assert found["logicalResourceId"] in ("TicketTriage0A1B2C3D", "Handmade")


def test_results_by_stack_and_job(cloud: Cloud, arn: str, run: Run) -> None:
    assert arn
    by_name = run("results", STACK, "Handmade")
    stack_arn = cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["StackId"]
    by_arn = run("--region", "us-west-2", "results", stack_arn, "Handmade")

    assert (by_name.code, by_arn.code) == (0, 0), by_name.err + by_arn.err
    assert by_name.out == by_arn.out == run("results", arn).out


def test_a_stack_shows_all_its_jobs_and_says_which_cannot_be_read(arn: str, run: Run) -> None:
    assert arn
    done = run("status", STACK)

    assert done.code == 3
    assert sorted(line for line in done.out.splitlines() if not line.startswith(" ")) == [
        "Handmade: Completed, good",
        "TicketTriage0A1B2C3D: Completed, good",
    ]
    assert sorted(done.err.splitlines()) == [
        "MaybeStarted of the stack Stack may have started the job job-x, which may run",
        "NotStarted of the stack Stack has not started a job",
    ]
    assert len(json.loads(run("status", STACK, "--json").out)["errors"]) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("results", STACK), 2, "the stack Stack has several jobs; name one of them: Handmade, TicketTriage0A1B2C3D"),
        (("status", STACK, "Triage"), 3, "the stack Stack has no job Triage; did you mean TicketTriage"),
        (
            ("status", STACK, "xyz"),
            3,
            "the stack Stack has no job xyz; it has Handmade, MaybeStarted, NotStarted, TicketTriage",
        ),
        (("status", STACK, "NotStarted"), 3, "NotStarted of the stack Stack has not started a job"),
        (("status", "arn:aws:s3:::x"), 2, "arn:aws:s3:::x is not the ARN of a model invocation job or of a stack"),
    ],
)
def test_fails_for_a_job_that_is_not_clear(
    arn: str, run: Run, arguments: tuple[str, ...], code: int, text: str
) -> None:
    assert arn
    done = run(*arguments)

    assert (done.code, done.out, done.err) == (code, "", f"bedrock-batch: {text}\n")


def test_fails_for_a_job_beside_an_arn(arn: str, run: Run) -> None:
    done = run("status", arn, "Job")

    assert (done.code, done.err) == (2, "bedrock-batch: a job is named by its ARN alone, or by its stack and its id\n")


def test_stop_of_a_stack_leaves_ended_jobs_alone(arn: str, run: Run) -> None:
    assert arn
    done = run("stop", STACK, "Handmade")

    assert (done.code, done.out) == (0, "Handmade: nothing to stop, now Completed\n")
