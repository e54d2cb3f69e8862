"""The file about a run: what it says, where it lies, and when it changes."""

import pytest

from handler.run_files import COPY, KEYED, OUTPUT_KEY, run_file, stored
from handler.vocabulary import OTHER_RUN, created
from handler.world import STACK_ID, UPLOADED, World, build_world, properties


def test_the_file_about_a_run_says_what_was_declared_and_no_prompt(world: World) -> None:
    answer = world.create(Job={"outputDataConfig": KEYED})

    name = answer["Data"]["JobName"]
    uri = f"s3://answers/tickets/run/{name}.json"
    assert run_file(world, uri) == {
        "schemaVersion": 1,
        "jobName": name,
        "stackId": STACK_ID,
        "logicalResourceId": "TicketsE1",
        "runId": "1",
        "modelId": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "modelInvocationType": "Converse",
        "inputS3Uri": COPY,
        "inputSha256": "a" * 64,
        "inputRecords": 500,
        "inputUploads": [UPLOADED],
        "outputS3Uri": "s3://answers/tickets/",
        "tags": {"team": "support"},
    }
    assert stored(world, uri).key_id == OUTPUT_KEY
    assert b"never to be seen" not in stored(world, uri).body


@pytest.mark.parametrize(
    ("output", "folder"), [("s3://answers/", "s3://answers/"), ("s3://answers/x", "s3://answers/x/")]
)
def test_the_file_lies_below_the_output_with_and_without_a_slash(world: World, output: str, folder: str) -> None:
    answer = world.create(Job={"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": output}}})

    assert stored(world, f"{folder}run/{answer['Data']['JobName']}.json")


def test_changed_tags_are_written_down(world: World) -> None:
    arn = created(world)
    changed = properties(Job={"tags": [{"key": "team", "value": "sales"}]})
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    world.update(arn, properties(), changed)
    assert run_file(world)["tags"] == {"team": "sales"}

    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.update(arn, changed, properties())
    assert run_file(world)["tags"] == {"team": "support"}
    assert world.started == 1


def test_a_rename_beside_changed_tags_leaves_what_the_job_reads(world: World) -> None:
    arn = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    source = properties()["Job"]["inputDataConfig"]["s3InputDataConfig"] | {"s3Uri": COPY.replace("tickets.j", "new.j")}
    renamed = properties(Job={"tags": "", "inputDataConfig": {"s3InputDataConfig": source}})

    assert world.update(arn, properties(), renamed)["PhysicalResourceId"] == arn
    assert (run_file(world)["inputS3Uri"], run_file(world)["tags"]) == (COPY, {})


def test_an_earlier_run_that_is_declared_again_gets_the_tags_of_today(world: World) -> None:
    stays, sales = {"OnRemoval": "LEAVE_RUNNING"}, {"tags": [{"key": "team", "value": "sales"}]}
    first, other = properties(**stays), properties(**stays, **OTHER_RUN)
    again = properties(**stays, Job=sales)
    arn = created(world, **stays)
    world.cloudformation.update()
    second = world.update(arn, first, other)["PhysicalResourceId"]
    world.service_clock.advance(600)
    world.cloudformation.update()

    assert world.update(second, other, again)["Data"]["JobArn"] == arn
    assert world.bedrock.list_tags_for_resource(resourceARN=arn)["tags"] == sales["tags"]
    assert run_file(world)["tags"] == {"team": "sales"}
    assert world.started == 2


@pytest.mark.parametrize(
    ("status", "outcome"), [("UPDATE_IN_PROGRESS", "FAILED"), ("UPDATE_ROLLBACK_IN_PROGRESS", "SUCCESS")]
)
def test_tags_that_cannot_be_written_down_fail_an_update_and_no_rollback(
    world: World, status: str, outcome: str
) -> None:
    arn = created(world)
    world.cloudformation.status = status
    world.buckets.fault("PutObject", "AccessDenied", times=1000)

    answer = world.update(arn, properties(), properties(Job={"tags": ""}))

    assert (answer["Status"], answer["PhysicalResourceId"]) == (outcome, arn)
    assert ("could not be written" in answer.get("Reason", "")) == (outcome == "FAILED")
    assert world.live() == [arn]


def test_the_tags_of_a_job_that_is_forgotten_are_written_nowhere(world: World) -> None:
    world = build_world(retention_seconds=3600.0)
    arn = created(world)
    world.service_clock.advance(24 * 3600.0)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    calls = len(world.s3.calls)

    assert world.update(arn, properties(), properties(Job={"tags": ""}))["Status"] == "SUCCESS"
    assert len(world.s3.calls) == calls
