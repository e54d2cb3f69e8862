"""Properties that this version does not know are refused by name, but never in a rollback or a Delete."""

from typing import Any

import pytest

from handler.vocabulary import OTHER_RUN, created
from handler.world import World, properties

UNKNOWN: list[dict[str, Any]] = [
    {"AddedByALaterVersion": "x"},
    {"AdoptJobArn": ""},
    {"Job": {"jobName": "x"}},
    {"Outcome": {"Max": "1"}},
]


@pytest.mark.parametrize("changes", UNKNOWN, ids=["later", "removed", "of the job", "of the outcome"])
@pytest.mark.parametrize("run", [{}, OTHER_RUN], ids=["same run", "another run"])
@pytest.mark.parametrize("error", [None, "Throttling"], ids=["told", "not told"])
def test_an_update_to_them_is_refused(
    world: World, changes: dict[str, Any], run: dict[str, Any], error: str | None
) -> None:
    job_arn = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.cloudformation.fails_with = error

    answer = world.update(job_arn, properties(), properties(**changes, **run))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", job_arn)
    assert (world.started, world.live()) == (1, [job_arn])
    if error is None:
        assert "is not known to this version of the library. Nothing was started." in answer["Reason"]


@pytest.mark.parametrize("changes", UNKNOWN, ids=["later", "removed", "of the job", "of the outcome"])
@pytest.mark.parametrize("run", [{}, OTHER_RUN], ids=["same run", "another run"])
def test_a_rollback_to_them_returns_to_the_job_from_before(
    world: World, changes: dict[str, Any], run: dict[str, Any]
) -> None:
    """What is on record was made by another version; a rollback that fails would leave the stack stuck."""
    job_arn = created(world)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    answer = world.update(job_arn, properties(**run), properties(**changes))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", job_arn)


@pytest.mark.parametrize("changes", UNKNOWN, ids=["later", "removed", "of the job", "of the outcome"])
def test_an_update_from_them_is_done(world: World, changes: dict[str, Any]) -> None:
    job_arn = created(world)

    assert world.update(job_arn, properties(**changes), properties())["PhysicalResourceId"] == job_arn
    assert world.started == 1


@pytest.mark.parametrize("changes", UNKNOWN, ids=["later", "removed", "of the job", "of the outcome"])
@pytest.mark.parametrize("physical_id", ["", "made-up"])
def test_a_delete_with_them_stops_what_runs(world: World, changes: dict[str, Any], physical_id: str) -> None:
    job_arn = created(world)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(physical_id and job_arn, properties(**changes))["Status"] == "SUCCESS"
    assert world.live() == []


def test_every_property_of_a_whole_declaration_is_known(world: World) -> None:
    answer = world.create(
        InputRevision="d" * 64,
        Gate="SUBMITTED",
        GateSeconds="60",
        OnRemoval="STOP",
        InputColumns="",
        Outcome={"MaxErrorRate": "0.02", "MaxMissing": "1", "Partial": "by_limits", "Notify": ["arn:aws:sns:::x"]},
        Job={"vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}},
    )

    assert answer["Status"] == "SUCCESS"
