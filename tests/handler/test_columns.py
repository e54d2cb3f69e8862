"""The columns of a table that the records were built from: where they lie, when they change, what they never start."""

from typing import Any

import pytest

from handler.run_files import COPY, KEYED, OUTPUT_KEY, RUN_FILE, run_file, stored
from handler.vocabulary import OTHER_RUN, created
from handler.world import ACCOUNT, UPLOADED, World, build_world, properties

FIRST, SECOND = "s3://assets/deploy-time/c1.jsonl", "s3://assets/deploy-time/c2.jsonl"
COLUMNS = RUN_FILE.removesuffix(".json") + ".columns.jsonl"


@pytest.fixture
def world(world: World) -> World:
    """With two uploaded tables."""
    world.buckets.put(FIRST, b"first")
    world.buckets.put(SECOND, b"second")
    return world


def test_they_lie_beside_the_run_file_under_the_key_of_the_output_and_the_run_file_names_them(world: World) -> None:
    answer = world.create(InputColumns=FIRST, Job={"outputDataConfig": KEYED})

    uri = f"s3://answers/tickets/run/{answer['Data']['JobName']}.columns.jsonl"
    assert (stored(world, uri).body, stored(world, uri).key_id) == (b"first", OUTPUT_KEY)
    assert run_file(world, uri.replace(".columns.jsonl", ".json"))["columnsS3Uri"] == uri
    (copy,) = (each for method, each in world.s3.calls if method == "copy_object" and each["Key"].endswith("mns.jsonl"))
    assert (copy["ExpectedSourceBucketOwner"], copy["ExpectedBucketOwner"]) == (ACCOUNT, ACCOUNT)


def test_a_run_without_a_table_has_none(world: World) -> None:
    world.create()

    assert world.buckets.uris() == [RUN_FILE, UPLOADED, FIRST, SECOND, COPY]
    assert "columnsS3Uri" not in run_file(world)


@pytest.mark.parametrize("before", [FIRST, None])
def test_other_columns_change_in_place_and_start_nothing(world: World, before: str | None) -> None:
    arn = created(world, InputColumns=before)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    answer = world.update(arn, properties(InputColumns=before), properties(InputColumns=SECOND))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn)
    assert (world.started, stored(world, COLUMNS).body) == (1, b"second")
    assert run_file(world)["columnsS3Uri"] == COLUMNS


def test_a_rollback_returns_to_the_columns_from_before(world: World) -> None:
    arn = created(world, InputColumns=FIRST)
    first, second = properties(InputColumns=FIRST), properties(InputColumns=SECOND)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.update(arn, first, second)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.update(arn, second, first)["PhysicalResourceId"] == arn
    assert (world.started, stored(world, COLUMNS).body) == (1, b"first")


@pytest.mark.parametrize("after", [None, ""])
def test_columns_that_are_no_longer_declared_stay_and_are_not_named(world: World, after: str | None) -> None:
    """The function may delete nothing."""
    arn = created(world, InputColumns=FIRST)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    world.update(arn, properties(InputColumns=FIRST), properties(InputColumns=after))

    assert stored(world, COLUMNS).body == b"first"
    assert "columnsS3Uri" not in run_file(world)


@pytest.mark.parametrize("old", ["not a place", ["x"]])
def test_columns_of_another_version_count_as_none(world: World, old: Any) -> None:
    arn = created(world, InputColumns=FIRST)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    assert world.update(arn, properties(InputColumns=old), properties(InputColumns=SECOND))["Status"] == "SUCCESS"


def test_the_same_columns_are_not_copied_again(world: World) -> None:
    arn = created(world, InputColumns=FIRST)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    calls = len(world.s3.calls)

    world.update(arn, properties(InputColumns=FIRST), properties(InputColumns=FIRST, ServiceTimeout="901"))

    assert len(world.s3.calls) == calls


def test_an_earlier_run_that_is_declared_again_has_the_columns_of_today(world: World) -> None:
    stays: dict[str, Any] = {"OnRemoval": "LEAVE_RUNNING"}
    first, other = properties(**stays, InputColumns=FIRST), properties(**stays, **OTHER_RUN)
    arn = created(world, **stays, InputColumns=FIRST)
    world.cloudformation.update()
    second = world.update(arn, first, other)["PhysicalResourceId"]
    world.service_clock.advance(600)
    world.cloudformation.update()

    again = world.update(second, other, properties(**stays, InputColumns=SECOND))

    assert again["Data"]["JobArn"] == arn
    assert (world.started, stored(world, COLUMNS).body) == (2, b"second")


def test_columns_that_cannot_be_copied_start_nothing(world: World) -> None:
    del world.buckets.objects["assets", "deploy-time/c1.jsonl"]
    world.buckets.listable = {"assets"}

    answer = world.create(InputColumns=FIRST)

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert answer["Reason"].startswith(
        f"the columns could not be copied from {FIRST} to {COLUMNS} (CopyObject: NoSuchKey: "
    )
    assert "deploy with the CDK CLI again, which uploads it" in answer["Reason"]
    assert answer["Reason"].endswith(" Nothing was started.")


@pytest.mark.parametrize(
    ("status", "outcome"), [("UPDATE_IN_PROGRESS", "FAILED"), ("UPDATE_ROLLBACK_IN_PROGRESS", "SUCCESS")]
)
def test_columns_that_cannot_be_changed_fail_an_update_and_no_rollback(world: World, status: str, outcome: str) -> None:
    arn = created(world, InputColumns=FIRST)
    world.cloudformation.status = status
    world.buckets.fault("CopyObject", "AccessDenied", times=1000)

    answer = world.update(arn, properties(InputColumns=FIRST), properties(InputColumns=SECOND))

    assert (answer["Status"], answer["PhysicalResourceId"]) == (outcome, arn)
    assert world.live() == [arn]


def test_the_columns_of_a_job_that_is_forgotten_are_copied_nowhere(world: World) -> None:
    world = build_world(retention_seconds=3600.0)
    world.buckets.put(FIRST, b"first")
    arn = created(world, InputColumns=FIRST)
    world.service_clock.advance(24 * 3600.0)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    calls = len(world.s3.calls)

    assert world.update(arn, properties(InputColumns=FIRST), properties(InputColumns=SECOND))["Status"] == "SUCCESS"
    assert len(world.s3.calls) == calls
