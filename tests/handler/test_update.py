"""Update: what is result-defining starts one job, everything else none, and a rollback never does."""

from typing import Any

import pytest

from handler.vocabulary import created
from handler.world import World, build_world, properties

OTHER_DIGEST = "b" * 64
KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555"


@pytest.mark.parametrize(
    "changes",
    [
        {"Job": {"modelId": "amazon.nova-lite-v1:0"}},
        {"Job": {"modelInvocationType": "InvokeModel"}},
        {"InputDigest": OTHER_DIGEST},
        {"Job": {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://answers/other/"}}}},
        {
            "Job": {
                "outputDataConfig": {
                    "s3OutputDataConfig": {
                        "s3Uri": "s3://answers/tickets/",
                        "s3EncryptionKeyId": KEY_ARN,
                    }
                }
            }
        },
        {"Job": {"inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://other-prompts/tickets.jsonl"}}}},
        {"InputKey": KEY_ARN},
        {"RunId": "2"},
    ],
)
def test_a_result_defining_change_starts_exactly_one_new_job_and_leaves_the_old_one(
    world: World, changes: dict[str, Any]
) -> None:
    old = world.create()["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    new = world.update(old, properties(), properties(**changes))

    assert new["Status"] == "SUCCESS"
    assert new["PhysicalResourceId"] != old
    assert world.started == 2
    assert set(world.live()) == {old, new["PhysicalResourceId"]}


@pytest.mark.parametrize(
    "changes",
    [
        {"Job": {"roleArn": "arn:aws:iam::111122223333:role/other"}},
        {"Job": {"vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}}},
        {"Job": {"timeoutDurationInHours": "72"}},
        {"Job": {"tags": [{"key": "team", "value": "sales"}]}},
        {"Job": {"inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://prompts/other/renamed.jsonl"}}}},
        {"InputFiles": [{"Source": "s3://other-assets/4567.jsonl", "Name": "renamed.jsonl"}]},
        {"InputRecords": "600"},
        {"JobNamePrefix": "renamed"},
        {"ServiceTimeout": "1200"},
    ],
)
def test_any_other_change_starts_nothing_and_keeps_the_job(world: World, changes: dict[str, Any]) -> None:
    created = world.create()

    updated = world.update(created["PhysicalResourceId"], properties(), properties(**changes))

    assert updated["Status"] == "SUCCESS"
    assert updated["PhysicalResourceId"] == created["PhysicalResourceId"]
    assert updated["Data"] == created["Data"]
    assert world.started == 1


def test_without_a_digest_the_input_address_defines_the_run(world: World) -> None:
    first = properties(InputDigest=None)
    moved = properties(InputDigest=None, Job={"inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://other/in/"}}})
    old = world.create(InputDigest=None)["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    assert world.update(old, first, moved)["PhysicalResourceId"] != old


def test_what_the_user_says_of_data_in_a_bucket_defines_the_run_beside_its_address(world: World) -> None:
    first = properties(InputDigest=None, InputRevision="c" * 64)
    same_place = properties(InputDigest=None, InputRevision="d" * 64)
    old = world.create(InputDigest=None, InputRevision="c" * 64)["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    assert world.update(old, first, same_place)["PhysicalResourceId"] != old


def test_tags_change_in_place(world: World) -> None:
    old_tags = [{"key": "team", "value": "support"}, {"key": "old", "value": "1"}]
    new_tags = [{"key": "team", "value": "sales"}, {"key": "new", "value": ""}]
    arn = world.create(Job={"tags": old_tags})["PhysicalResourceId"]

    world.update(arn, properties(Job={"tags": old_tags}), properties(Job={"tags": new_tags}))

    tags = {tag["key"]: tag["value"] for tag in world.bedrock.list_tags_for_resource(resourceARN=arn)["tags"]}
    assert tags == {"team": "sales", "new": ""}


def test_tags_of_an_ended_job_may_be_refused(world: World) -> None:
    arn = world.create()["PhysicalResourceId"]
    world.service_clock.advance(24 * 3600)
    world.bedrock.fault("tag_resource", "ValidationException")

    answer = world.update(arn, properties(), properties(Job={"tags": [{"key": "team", "value": "x"}]}))

    assert answer["Status"] == "SUCCESS"


def test_tags_of_a_running_job_that_cannot_be_set_fail_the_update_but_not_its_rollback(world: World) -> None:
    arn = world.create()["PhysicalResourceId"]
    changed = properties(Job={"tags": [{"key": "team", "value": "x"}]})
    world.bedrock.fault("tag_resource", "AccessDeniedException", times=2)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    failed = world.update(arn, properties(), changed)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    rolled_back = world.update(arn, changed, properties())

    assert (failed["Status"], rolled_back["Status"]) == ("FAILED", "SUCCESS")
    assert failed["PhysicalResourceId"] == rolled_back["PhysicalResourceId"] == arn


def test_a_start_that_fails_keeps_the_old_id_and_the_old_job(world: World) -> None:
    old = world.create()["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.bedrock.fault("create_model_invocation_job", "ServiceQuotaExceededException")

    answer = world.update(old, properties(), properties(RunId="2"))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", old)
    assert world.live() == [old]


def test_a_rollback_takes_the_old_job_back_and_starts_nothing(world: World) -> None:
    a, b = properties(), properties(InputDigest=OTHER_DIGEST)
    old = world.create()["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    new = world.update(old, a, b)["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    restored = world.update(new, b, a)
    world.delete(new, b)

    assert restored["PhysicalResourceId"] == old
    assert world.started == 2
    assert world.live() == [old]


@pytest.mark.parametrize("end", ["completed", "stopped by an operator"])
def test_a_rollback_to_a_job_that_ended_meanwhile_starts_nothing(world: World, end: str) -> None:
    a, b = properties(), properties(InputDigest=OTHER_DIGEST)
    old = world.create()["PhysicalResourceId"]
    if end == "completed":
        world.service_clock.advance(24 * 3600)
    else:
        world.bedrock.stop_model_invocation_job(jobIdentifier=old)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    new = world.update(old, a, b)["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.update(new, b, a)["PhysicalResourceId"] == old
    assert world.started == 2


def test_a_rollback_stops_what_the_cancelled_update_had_started(world: World) -> None:
    a, b = properties(), properties(InputDigest=OTHER_DIGEST)
    old = world.create()["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    leftover = world.update(old, a, b)["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    restored = world.update(old, b, a)

    assert restored["PhysicalResourceId"] == old
    assert world.live() == [old]
    assert world.status(leftover) in {"Stopping", "Stopped"}


def test_a_rollback_succeeds_with_the_recorded_id_although_its_job_cannot_be_read_any_more(world: World) -> None:
    """Its attributes are for dependents; what the cancelled update may have started was looked for."""
    a, b = properties(), properties(InputDigest=OTHER_DIGEST)
    old = world.create()
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    answer = world.update(old["PhysicalResourceId"], b, a)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", old["PhysicalResourceId"])
    assert answer["Data"] == old["Data"]


@pytest.mark.parametrize("error", ["InternalServerException", "AccessDeniedException"])
def test_a_change_of_the_rest_succeeds_while_bedrock_is_down(world: World, error: str) -> None:
    """The job's name is told as that of the first attempt then, and twenty seconds are all that it costs."""
    old = world.create()
    world.bedrock.fault("get_model_invocation_job", error, times=1000)

    answer = world.update(old["PhysicalResourceId"], properties(), properties(Job={"timeoutDurationInHours": "72"}))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", old["PhysicalResourceId"])
    assert answer["Data"] == old["Data"]
    assert sum(world.clock.slept) < 20.1


def test_a_rollback_seen_only_after_the_start_stops_the_new_job(world: World) -> None:
    old = world.create()["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.cloudformation.turn("UPDATE_ROLLBACK_IN_PROGRESS", after_looks=2)

    answer = world.update(old, properties(), properties(RunId="2"))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", old)
    assert (world.started, world.live()) == (2, [old])


def test_there_and_back_as_two_deployments_is_a_third_run(world: World) -> None:
    a, b = properties(), properties(InputDigest=OTHER_DIGEST)
    first = world.create()["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    second = world.update(first, a, b)["PhysicalResourceId"]
    world.delete(first, a)
    world.clock.sleep(3600)

    third = world.update(second, b, a)["PhysicalResourceId"]

    assert third not in {first, second}
    assert world.started == 3


def test_an_unchanged_declaration_never_restarts_a_job_that_ended_or_is_forgotten() -> None:
    world = build_world(retention_seconds=3600.0)
    arn = world.create()["PhysicalResourceId"]
    world.bedrock.stop_model_invocation_job(jobIdentifier=arn)
    world.service_clock.advance(24 * 3600)

    answer = world.update(arn, properties(), properties(Job={"timeoutDurationInHours": "72"}))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn)
    assert world.started == 1


def test_a_tag_that_cannot_be_taken_away_is_told_by_the_call(world: World) -> None:
    arn = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.bedrock.fault("untag_resource", "AccessDeniedException", times=2)

    answer = world.update(arn, properties(), properties(Job={"tags": ""}))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", arn)
    assert answer["Reason"].startswith("UntagResource: AccessDeniedException: ")
