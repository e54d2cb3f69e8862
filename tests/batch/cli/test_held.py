"""Held resources have no job: each command says so, and none takes that for an error of its own."""

from __future__ import annotations

import json

import pytest
from batch.cli.fake_aws import JOB_TYPE, Fake, faked

HELD = "held:0123456789abcdef"
SAID = "A: held, no job was started; remove hold to start it\n"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fake:
    return faked(monkeypatch, capsys)


def hold(fake: Fake, *names: str) -> None:
    fake.aws.stack |= dict.fromkeys(names, (JOB_TYPE, HELD))


@pytest.mark.parametrize(("command", "code"), [("status", 0), ("watch", 1), ("errors", 0)])
def test_a_held_resource_is_shown_as_held(fake: Fake, command: str, code: int) -> None:
    """`watch` ends at once, and not well: nothing has a result."""
    hold(fake, "A")

    assert fake(command, "Stack") == (code, SAID, "")


def test_there_is_nothing_to_stop(fake: Fake) -> None:
    hold(fake, "A")

    assert fake("stop", "Stack", "--yes") == (0, "A: nothing to stop, it is held\n", "")


def test_results_of_a_held_resource_are_refused_in_one_sentence(fake: Fake) -> None:
    hold(fake, "A")

    text = "bedrock-batch: A of the stack Stack is held: no job was started\n"
    assert fake("results", "Stack", "A") == (3, "", text)


def test_results_name_held_resources_among_the_others(fake: Fake) -> None:
    hold(fake, "A")
    fake.aws.add("B")

    text = "bedrock-batch: the stack Stack has several jobs; name one of them: A, B\n"
    assert fake("results", "Stack") == (2, "", text)


@pytest.mark.parametrize("command", ["status", "watch", "stop"])
def test_a_held_resource_stands_beside_the_jobs(fake: Fake, command: str) -> None:
    hold(fake, "A")
    arn = fake.aws.add("B")
    yes = ["--yes"] if command == "stop" else []

    code, out, err = fake(command, "Stack", "--json", *yes)

    given = json.loads(out)
    assert (code, err) == (1 if command == "watch" else 0, "")
    assert ([each["jobArn"] for each in given["jobs"]], given["held"]) == ([arn], ["A"])


@pytest.mark.parametrize("command", ["status", "watch"])
def test_what_cannot_be_read_beside_a_held_resource_is_said(fake: Fake, command: str) -> None:
    hold(fake, "A")
    fake.aws.stack |= {"B": (JOB_TYPE, "not-started:x")}

    assert fake(command, "Stack") == (3, SAID, "B of the stack Stack has not started a job\n")
