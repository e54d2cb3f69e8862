"""Tokens and names: from the declaration alone, legal for the API, different for different runs."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bedrock_batch_local.engine.api_model import operation
from handler.world import STACK_ID, properties
from model_invocation_job.identity import ResourceIdentity, RunIdentity
from model_invocation_job.spec import JobSpec

defining = st.dictionaries(st.sampled_from(["model", "inputUri", "runId"]), st.text(), max_size=3)
_members = operation("CreateModelInvocationJob").input_shape.members


@given(
    values=defining,
    prefix=st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,39}", fullmatch=True),
    attempt=st.integers(1, 99_999),
)
def test_every_token_and_name_is_legal_for_the_api(values: dict[str, Any], prefix: str, attempt: int) -> None:
    run = RunIdentity(ResourceIdentity(STACK_ID, "Job"), values)

    for member, text in {"clientRequestToken": run.token(attempt), "jobName": run.name(prefix, attempt)}.items():
        metadata = _members[member].metadata
        assert re.fullmatch(metadata["pattern"], text)
        assert metadata["min"] <= len(text) <= metadata["max"]
    assert run.attempt_of(run.name(prefix, attempt)) == attempt


@given(one=defining, other=defining)
def test_two_runs_share_a_token_only_if_their_definitions_are_equal(one: dict[str, Any], other: dict[str, Any]) -> None:
    resource = ResourceIdentity(STACK_ID, "Job")

    assert (RunIdentity(resource, one).token(1) == RunIdentity(resource, other).token(1)) == (one == other)


def test_the_token_and_name_of_a_declaration_never_change() -> None:
    """Pinned: another value here would start a second paid job for every user who upgrades."""
    run = RunIdentity(ResourceIdentity(STACK_ID, "TicketsE1"), JobSpec.parse(properties()).defining())

    assert run.token(1) == "3b67207372e8589be0ab3de4de0d355d5a850bb700105a766c97120009bb066a"
    assert run.name("tickets", 1) == "tickets-7f06200f437e3161-1"


def test_a_job_is_recognised_as_ours_by_its_token_and_without_one_by_its_name() -> None:
    resource = ResourceIdentity(STACK_ID, "Job")
    run = RunIdentity(resource, {"runId": "1"})

    assert resource.made({"clientRequestToken": run.token(7), "jobName": "whatever"})
    assert not resource.made({"clientRequestToken": "5" * 64, "jobName": run.name("x", 1)})
    assert resource.made({"jobName": run.name("x", 1)})
    assert not resource.made({"jobName": "somebody-elses"})
    assert not ResourceIdentity(STACK_ID, "Other").made({"clientRequestToken": run.token(1)})


def test_an_id_that_is_no_arn_is_of_nowhere() -> None:
    resource = ResourceIdentity(STACK_ID, "TicketsE1")

    assert not resource.is_local("not-started:0123456789abcdef")
    assert RunIdentity(resource, {}).attempt_of("x") is None
