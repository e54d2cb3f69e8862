"""What becomes of a job that a request meets, from named facts alone."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.decisions.stop_or_leave import Fate, JobFacts, Kind, Relation, RequestFacts, fate

STARTED = [Relation.STARTED_NOW, Relation.STARTED]
ACCEPTED = [*STARTED, Relation.TAKEN]


def stops(kind: Kind, relation: Relation, request: dict[str, Any] | None = None, **job: Any) -> bool:
    return fate(RequestFacts(kind, **(request or {})), JobFacts(relation, **job)) is Fate.STOP


def each_request() -> Iterator[RequestFacts]:
    flags = ("is_overtaken", "is_undone", "leaves_running", "has_rival", "may_have_started")
    for kind, direction, *values in itertools.product(Kind, [None, *Direction], *[(False, True)] * len(flags)):
        yield RequestFacts(kind, direction, **dict(zip(flags, values, strict=True)))


@pytest.mark.parametrize("relation", Relation)
def test_what_has_ended_is_never_stopped(relation: Relation) -> None:
    job = JobFacts(relation, True, is_since_request=True, is_since_update=True, is_of_operation=True)

    assert {fate(request, job) for request in each_request()} == {Fate.LEAVE}


@pytest.mark.parametrize("relation", Relation)
@pytest.mark.parametrize("is_newest", [False, True])
def test_a_delete_that_leaves_running_stops_only_what_is_undone_and_did_not_run_before(
    relation: Relation, *, is_newest: bool
) -> None:
    leaves = {"leaves_running": True}

    assert not stops(Kind.DELETE, relation, leaves, is_newest=is_newest)
    assert stops(Kind.DELETE, relation, leaves | {"is_undone": True}, is_newest=is_newest) is (
        relation is not Relation.RAN_BEFORE
    )


def test_a_delete_stops_the_job_that_its_id_names() -> None:
    for is_undone, is_newest in itertools.product((False, True), repeat=2):
        assert stops(Kind.DELETE, Relation.NAMED, {"is_undone": is_undone}, is_newest=is_newest)


@pytest.mark.parametrize(
    ("is_undone", "is_newest", "is_stopped"),
    [(True, True, True), (True, False, True), (False, False, True), (False, True, False)],
)
def test_an_attempt_is_stopped_unless_it_is_the_newest_and_nothing_is_undone(
    *, is_undone: bool, is_newest: bool, is_stopped: bool
) -> None:
    assert stops(Kind.DELETE, Relation.ATTEMPT, {"is_undone": is_undone}, is_newest=is_newest) is is_stopped


def test_a_rollback_stops_what_the_update_may_have_started_and_the_update_itself_delivered_again() -> None:
    assert stops(Kind.ROLLBACK, Relation.ROLLED_BACK, is_of_operation=True)
    assert not stops(Kind.ROLLBACK, Relation.ROLLED_BACK, is_since_update=True)
    assert stops(Kind.ROLLBACK, Relation.ATTEMPT, is_since_update=True)
    assert not stops(Kind.ROLLBACK, Relation.ATTEMPT, is_of_operation=True, is_since_request=True)
    assert not stops(Kind.ROLLBACK, Relation.NAMED, is_since_update=True, is_of_operation=True)


@pytest.mark.parametrize("relation", ACCEPTED)
@pytest.mark.parametrize(
    ("direction", "stopped"),
    [
        (None, []),
        (Direction.FORWARD, []),
        (Direction.SETTLED, []),
        (Direction.FAILED, STARTED),
        (Direction.ROLLBACK_OR_DELETE, ACCEPTED),
    ],
)
def test_what_a_request_has_accepted_is_stopped_where_the_stack_turned_around(
    relation: Relation, direction: Direction | None, stopped: list[Relation]
) -> None:
    assert stops(Kind.FORWARD, relation, {"direction": direction}) is (relation in stopped)


@pytest.mark.parametrize("is_since_request", [False, True])
def test_a_create_in_a_stack_that_rolls_back_stops_what_it_had_started_before(*, is_since_request: bool) -> None:
    request = {"direction": Direction.ROLLBACK_OR_DELETE}

    assert stops(Kind.FORWARD, Relation.ATTEMPT, request, is_since_request=is_since_request) is is_since_request


def test_what_ran_before_a_request_is_not_stopped_by_it() -> None:
    for request in each_request():
        if request.kind is Kind.FORWARD:
            job = JobFacts(Relation.RAN_BEFORE, is_since_request=True, is_since_update=True)
            assert fate(request, job) is Fate.LEAVE


@pytest.mark.parametrize("direction", Direction)
def test_what_is_accepted_this_moment_is_stopped_beside_another_operation(direction: Direction) -> None:
    assert stops(Kind.FORWARD, Relation.STARTED_NOW, {"direction": direction, "is_overtaken": True})


@pytest.mark.parametrize("relation", [Relation.ATTEMPT, Relation.TAKEN, Relation.STARTED])
@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("has_rival", [False, True])
@pytest.mark.parametrize("may_have_started", [False, True])
def test_beside_another_operation_a_late_start_is_stopped_if_that_wants_another_run(
    direction: Direction, relation: Relation, *, has_rival: bool, may_have_started: bool
) -> None:
    request = {
        "direction": direction,
        "is_overtaken": True,
        "has_rival": has_rival,
        "may_have_started": may_have_started,
    }

    assert stops(Kind.FORWARD, relation, request, is_since_request=True) is (has_rival and may_have_started)
    assert stops(Kind.FORWARD, relation, request, is_since_update=True) is (has_rival and not may_have_started)
    assert not stops(Kind.FORWARD, relation, request)
