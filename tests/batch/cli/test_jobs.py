"""Which jobs a target names, and what is said of those that cannot be read."""

from __future__ import annotations

import json

import pytest
from batch.cli.fake_aws import JOB_TYPE, Fake, faked


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fake:
    return faked(monkeypatch, capsys)


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
    assert (code, out.splitlines()[0]) == (5, "good: Completed, degraded")
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
