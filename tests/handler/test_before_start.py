"""What is in S3 before a job is started: the copies of its records, and its run file."""

from typing import Any

import pytest

from handler.hooks import CREATE, sent
from handler.run_files import COPY, KEYED, RUN_FILE, run_file, stored
from handler.vocabulary import OTHER_RUN, created
from handler.world import ACCOUNT, INPUT_KEY, PROMPTS, UPLOADED, World, properties


def test_the_prompts_are_copied_under_the_key_of_the_input_before_the_job_starts(world: World) -> None:
    seen: list[list[str]] = []
    answer = world.deliver(
        world.event("Create"),
        hook=lambda call, moment: seen.append(world.buckets.uris()) if (call, moment) == (CREATE, "before") else None,
    )

    assert answer["Status"] == "SUCCESS"
    assert seen == [[RUN_FILE, UPLOADED, COPY]]
    assert (stored(world, COPY).body, stored(world, COPY).key_id) == (PROMPTS, INPUT_KEY)
    assert sent(world)["inputDataConfig"]["s3InputDataConfig"]["s3Uri"] == COPY


def test_the_owners_of_all_buckets_are_checked(world: World) -> None:
    world.create(Job={"outputDataConfig": KEYED})

    owners = [{name: value for name, value in arguments.items() if "Owner" in name} for _, arguments in world.s3.calls]
    own = {"ExpectedBucketOwner": ACCOUNT}
    assert owners == [own | {"ExpectedSourceBucketOwner": ACCOUNT}, own, own]


def test_the_tags_of_an_upload_are_left_behind(world: World) -> None:
    """`cdk gc` tags what it may remove; to copy tags takes rights on tags, which the function does not have."""
    world.create()

    (copy,) = (arguments for method, arguments in world.s3.calls if method == "copy_object")
    assert copy["TaggingDirective"] == "REPLACE"


def test_the_prompts_may_be_copied_to_another_account(world: World) -> None:
    world.buckets.owners["prompts"] = "444455556666"
    source = properties()["Job"]["inputDataConfig"]["s3InputDataConfig"] | {"s3BucketOwner": "444455556666"}

    assert world.create(Job={"inputDataConfig": {"s3InputDataConfig": source}})["Status"] == "SUCCESS"


@pytest.mark.parametrize("bucket", ["assets", "prompts", "answers"])
def test_a_bucket_of_somebody_else_ends_the_request_before_anything_is_paid(world: World, bucket: str) -> None:
    world.buckets.owners[bucket] = "666677778888"

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert "Nothing was started" in answer["Reason"]


def test_a_key_that_is_not_known_is_left_to_the_bucket(world: World) -> None:
    world.create(InputKey=None)

    assert {each.key_id for each in world.buckets.objects.values()} == {""}


def test_several_files_lie_in_the_folder_that_the_job_reads(world: World) -> None:
    world.buckets.put("s3://assets/deploy-time/4567.jsonl", b"more")
    world.buckets.page_size = 1
    folder = COPY.removesuffix("tickets.jsonl")
    files = [
        {"Source": UPLOADED, "Name": "tickets.jsonl"},
        {"Source": "s3://assets/deploy-time/4567.jsonl", "Name": "more.jsonl"},
    ]
    answer = world.create(
        InputFiles=files, Job={"inputDataConfig": {"s3InputDataConfig": {"s3Uri": folder, "s3BucketOwner": ACCOUNT}}}
    )

    assert answer["Status"] == "SUCCESS"
    assert [stored(world, folder + name).body for name in ("tickets.jsonl", "more.jsonl")] == [PROMPTS, b"more"]
    assert sent(world)["inputDataConfig"]["s3InputDataConfig"]["s3Uri"] == folder


def test_prompts_that_are_there_are_copied_again_when_a_job_is_started(world: World) -> None:
    """Retention counts from the start."""
    arn = created(world)
    world.service_clock.advance(24 * 3600.0)
    before = stored(world, COPY).modified_at
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    assert world.update(arn, properties(), properties(**OTHER_RUN))["Status"] == "SUCCESS"
    assert stored(world, COPY).modified_at >= before + 24 * 3600.0


def test_a_run_that_is_taken_again_copies_and_writes_nothing(world: World) -> None:
    created(world)
    calls = len(world.s3.calls)
    world.create()

    assert len(world.s3.calls) == calls


def test_data_in_a_bucket_is_not_copied_and_its_run_is_written_down(world: World) -> None:
    world.create(InputDigest=None, InputRevision="d" * 64)

    (written,) = (uri for uri in world.buckets.uris() if uri != UPLOADED)
    assert written.startswith("s3://answers/tickets/run/tickets-0a1b2c3dicketsE1-")
    assert run_file(world, written)["inputSha256"] == "d" * 64
    assert run_file(world, written)["inputRecords"] is None


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"InputFiles": [{"Source": "assets/x.jsonl", "Name": "x.jsonl"}]}, "InputFiles[0].Source must match"),
        ({"InputFiles": [{"Source": UPLOADED, "Name": "a/b.jsonl"}]}, "InputFiles[0].Name must match"),
        ({"InputFiles": [{"Source": UPLOADED}]}, "InputFiles[0].Name is missing"),
        ({"InputFiles": "x"}, "InputFiles must be a list"),
        ({"InputColumns": "assets/x.jsonl"}, "InputColumns must match"),
        ({"InputRecords": "0"}, "InputRecords must be a whole number"),
    ],
)
def test_what_is_said_of_files_is_checked(world: World, changes: dict[str, Any], path: str) -> None:
    answer = world.create(**changes)

    assert (answer["Status"], world.calls()) == ("FAILED", [])
    assert answer["Reason"].startswith(f"property {path}")
