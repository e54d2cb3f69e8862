"""Tokens and names: from the declaration alone, legal for the API, different for different runs."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_batch.job import Job
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from bedrock_batch_local.engine.api_model import operation
from handler.world import STACK_ID, properties

defining = st.dictionaries(st.sampled_from(["model", "inputUri", "runId"]), st.text(), max_size=3)
_members = operation("CreateModelInvocationJob").input_shape.members


@given(
    values=defining,
    prefix=st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,21}", fullmatch=True),
    attempt=st.integers(1, 99_999),
)
def test_every_token_and_name_is_legal_for_the_api(values: dict[str, Any], prefix: str, attempt: int) -> None:
    run = RunIdentity(ResourceIdentity(STACK_ID, "Job"), values)

    for member, text in {"clientRequestToken": run.token(attempt), "jobName": run.name(prefix, attempt)}.items():
        metadata = _members[member].metadata
        assert re.fullmatch(metadata["pattern"], text)
        assert metadata["min"] <= len(text) <= metadata["max"]
    assert run.attempt_of(Job("arn", run.name(prefix, attempt))) == attempt


@given(one=defining, other=defining)
def test_two_runs_share_a_token_only_if_their_definitions_are_equal(one: dict[str, Any], other: dict[str, Any]) -> None:
    resource = ResourceIdentity(STACK_ID, "Job")

    assert (RunIdentity(resource, one).token(1) == RunIdentity(resource, other).token(1)) == (one == other)


def test_the_token_and_name_of_a_declaration_never_change() -> None:
    """Pinned: another value here would start a second paid job for every user who upgrades."""
    run = RunIdentity(ResourceIdentity(STACK_ID, "TicketsE1"), JobSpec.parse(properties()).defining())

    assert run.token(1) == "3b67207372e8589b7e33748fc1e8914b7e798f469478a970f7d093863f30fd65"
    assert run.name("tickets", 1) == "tickets-0a1b2c3dicketsE1-704dce9f-1"


@pytest.mark.parametrize(("logical_id", "end"), [("TicketsE1", "icketsE1"), ("Tickets1", "Tickets1"), ("Job", "Job")])
def test_the_template_knows_the_part_that_the_names_of_a_resource_hold(logical_id: str, end: str) -> None:
    """The first group of the stack's GUID and the last eight characters of the logical id."""
    resource = ResourceIdentity(STACK_ID, logical_id)

    assert resource.part == f"0a1b2c3d{end}"
    assert f"-{resource.part}-" in RunIdentity(resource, {}).name("x", 1)


def test_the_longest_name_leaves_nine_characters() -> None:
    run = RunIdentity(ResourceIdentity(STACK_ID, "TicketsE1"), {})

    assert len(run.name("x" * 22, 99_999)) == 54


@pytest.mark.parametrize("prefix", ["tickets", "renamed-since", "x-0a1b2c3dicketsE1"])
def test_a_name_stands_for_its_attempt_whatever_its_prefix(prefix: str) -> None:
    run = RunIdentity(ResourceIdentity(STACK_ID, "TicketsE1"), {"runId": "1"})

    assert run.attempt_of(Job("arn", run.name(prefix, 12))) == 12


@pytest.mark.parametrize(
    "name",
    [
        "",
        "{tail}-1",
        "-{tail}-1",
        "x-{tail}-0",
        "x-{tail}-01",
        "x-{tail}-100000",
        "x-{tail}-1-2",
        "x-{tail}-",
        "x{tail}-1",
        "x-{tail}-1\n",
        "x-0a1b2c3dicketsE1-00000000-1",
    ],
)
def test_any_other_name_stands_for_no_attempt(name: str) -> None:
    run = RunIdentity(ResourceIdentity(STACK_ID, "TicketsE1"), {"runId": "1"})

    assert run.attempt_of(Job("arn", name.format(tail=run.tail))) is None


def test_a_job_is_recognised_as_ours_by_its_token_and_without_one_by_its_name() -> None:
    resource = ResourceIdentity(STACK_ID, "Job")
    run = RunIdentity(resource, {"runId": "1"})

    assert resource.made(Job("arn", "whatever", run.token(7)))
    assert not resource.made(Job("arn", run.name("x", 1), "5" * 64))
    assert resource.made(Job("arn", run.name("x", 1)))
    assert resource.made(Job("arn", run.name("x", 1), ""))
    assert not resource.made(Job("arn", "somebody-elses"))
    assert not resource.made(Job("arn", f"{run.name('x', 1)}-y"))
    assert not resource.made(Job("arn", f"x-{resource.part}-{'g' * 8}-1"))
    assert not resource.made(Job("arn"))
    assert not ResourceIdentity(STACK_ID, "Other").made(Job("arn", "", run.token(1)))


def test_an_id_that_is_no_arn_is_of_nowhere() -> None:
    resource = ResourceIdentity(STACK_ID, "TicketsE1")

    assert not resource.is_local("not-started:0123456789abcdef")
