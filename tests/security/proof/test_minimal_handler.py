"""Each statement, action and resource of the handler's role is taken away in turn: the stack must lose something.

The handler's own code runs with a session of the deployed role: a Create, an Update of tags and a Delete. `SURVIVORS`
lists what can be taken away unseen, and why. Where a test is `drawn`, `make soak` takes everything away.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from draws import sample

from security.proof.deployment import Deployment
from security.proof.handler_bench import HandlerBench
from security.proof.variations import Removal, Statement, removals

CREATE, PASS, INVOKE = "bedrock:CreateModelInvocationJob", "iam:PassRole", "bedrock:InvokeModel"
NO_X_RAY = "the embedded AWS has no X-Ray; Lambda Developer Guide, services-xray: a function that traces needs both"
SURVIVORS = {
    "xray:PutTelemetryRecords on *": NO_X_RAY,
    "xray:PutTraceSegments on *": NO_X_RAY,
}
# A job of each kind of model, and one for each way in which the policy names roles.
MODELS = ("FoundationModel", "GeographicProfile", "NarrowProfile", "GlobalProfile", "ApplicationProfile", "CustomModel")
# A job for each storage of the stack: made here or brought, of another account, under keys of all kinds.
PLACES = (
    "FoundationModel",
    "SeparateKeys",
    "DefaultEncryption",
    "Alias",
    "ClosedKey",
    "CopyInAnotherAccount",
    "ImmutableRole",
)
ROLES = ("FoundationModel", "BroughtRole", "ImmutableRole", "Bounded")


def drawn(count: int) -> pytest.MarkDecorator:
    """All of what a test takes away in `make soak`, so many of them elsewhere."""
    every = pytest.param(None, marks=pytest.mark.soak)
    return pytest.mark.parametrize("count", [every, count], ids=["all", "drawn"])


@pytest.fixture
def bench(deployment: Deployment) -> Iterator[HandlerBench]:
    deployment.run()
    with HandlerBench.of_stack(deployment, "Proof") as opened:
        yield opened


def index_of(statements: tuple[Statement, ...], action: str) -> int:
    (found,) = (number for number, statement in enumerate(statements) if action in statement["Action"])
    return found


def places_of(statements: tuple[Statement, ...]) -> set[str]:
    """What the removals of rights on S3 and KMS, and of places there, are called."""
    others = {removal.what for removal in removals(_elsewhere(statements))}
    return {removal.what for removal in removals(statements)} - others


def _elsewhere(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    return tuple(each for each in statements if not str([each["Action"]]).startswith(("['s3:", "['kms:")))


def resources_of(action: str, statements: tuple[Statement, ...]) -> Iterator[Removal]:
    """The removals of single resources of an action."""
    return (removal for removal in removals(statements) if removal.what.endswith(f" of {action}"))


def test_with_its_whole_policy_the_handler_does_what_is_asked(bench: HandlerBench) -> None:
    answers = bench.stories("FoundationModel").answers()
    print(answers)
    assert answers.pop("Left running") == "0"
    assert set(answers.values()) == {"SUCCESS"}
    assert bench.logs()


def test_nothing_but_what_is_listed_can_be_taken_from_the_handler(bench: HandlerBench) -> None:
    """All but single models, single roles and what is in S3 and KMS, which need jobs of their own."""

    def outcome() -> tuple[dict[str, str], bool]:
        return bench.stories("FoundationModel").answers(), bench.logs()

    whole = bench.role.statements
    apart = {removal.what for action in (CREATE, PASS) for removal in resources_of(action, whole)}
    plan = (removal for removal in removals(whole) if removal.what not in apart | places_of(whole))
    survivors = bench.unseen(plan, outcome)
    print(f"{bench.tried} statements, actions and resources taken from the handler, seen but for {sorted(survivors)}")
    assert survivors == set(SURVIVORS)


@drawn(8)
def test_no_place_can_be_taken_from_those_that_the_handler_writes_to(bench: HandlerBench, count: int | None) -> None:
    """Each right on S3 and KMS is noticed by one of the jobs that have records and output in different places."""
    whole = bench.role.statements
    places = sorted(places_of(whole))
    assert len(places) > 20
    unseen = {*sample(places, count, "places")}
    for name in PLACES:
        bench.role.set_statements(whole)
        assert bench.create(name) == "SUCCESS", name
        plan = (removal for removal in removals(whole) if removal.what in unseen)
        unseen &= bench.unseen(plan, partial(bench.create, name))
    print(f"{bench.tried} rights on S3 and KMS taken from the handler")
    assert unseen == set()


def test_no_role_can_be_taken_from_those_that_the_handler_may_pass(bench: HandlerBench) -> None:
    def outcome() -> dict[str, str]:
        return {name: bench.create(name) for name in ROLES}

    assert set(outcome().values()) == {"SUCCESS"}
    assert bench.unseen(resources_of(PASS, bench.role.statements), outcome) == set()
    print(f"{bench.tried} roles taken from the handler")


@drawn(2)
def test_no_model_can_be_taken_from_those_that_the_handler_starts_jobs_with(
    bench: HandlerBench, count: int | None
) -> None:
    """Models of one stack overlap (a profile of every Region covers a model of this one), so each is tried alone."""
    whole = bench.role.statements
    index = index_of(whole, CREATE)
    jobs_arn = bench.deployment.arns["FoundationModel"].rpartition("/")[0] + "/*"
    models = {name: models_of(bench.deployment, name) for name in MODELS}
    assert {jobs_arn, *itertools.chain(*models.values())} == set(whole[index]["Resource"])
    for name in sample(MODELS, count, "models"):
        alone = (*whole[:index], {**whole[index], "Resource": [jobs_arn, *models[name]]}, *whole[index + 1 :])
        bench.role.set_statements(alone)
        assert bench.create(name) == "SUCCESS"
        assert bench.unseen(resources_of(CREATE, alone), partial(bench.create, name)) == set()
    print(f"{bench.tried} models taken from the handler")


def models_of(deployment: Deployment, name: str) -> list[str]:
    """The profile and the models that a job's role may invoke are those that the job is started with."""
    found: list[Any] = [
        statement["Resource"] for statement in deployment.policy(name).statements if statement["Action"] == INVOKE
    ]
    return [arn for arns in found for arn in ([arns] if isinstance(arns, str) else arns)]
