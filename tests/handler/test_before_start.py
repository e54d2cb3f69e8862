"""What is in S3 before a job is started: the copies of its prompts, and the file about its run."""

import json
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from bedrock_batch_local.engine.faults import Fault
from bedrock_batch_local.engine.proxy_page import ProxyPageError
from handler.hooks import CREATE, Killed, count, killed_at, sent
from handler.scenario import scenario
from handler.stories import OTHER_RUN, created, refusal
from handler.world import ACCOUNT, INPUT_KEY, PROMPTS, STACK_ID, UPLOADED, World, build_world, properties

COPY = f"s3://prompts/Reports-c8/Tickets-c8/{'a' * 64}/tickets.jsonl"
NAME = "tickets-0a1b2c3dicketsE1-704dce9f-1"
RUN_FILE = f"s3://answers/tickets/run/{NAME}.json"
OUTPUT_KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KEYED = {
    "s3OutputDataConfig": {"s3Uri": "s3://answers/tickets/", "s3EncryptionKeyId": OUTPUT_KEY, "s3BucketOwner": ACCOUNT}
}
# Of a proxy whose page is well-formed XML.
TIDY_PAGE = ProxyPageError(200, b"<html><body></body></html>")
LOST = ReadTimeoutError(endpoint_url="x")


def stored(world: World, uri: str) -> Any:
    """An object that must be there."""
    found = world.buckets.found(uri)
    assert found is not None, world.buckets.uris()
    return found


def run_file(world: World, uri: str = RUN_FILE) -> dict[str, Any]:
    """What is written down of a run."""
    content: dict[str, Any] = json.loads(stored(world, uri).body)
    return content


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


def test_data_in_a_bucket_is_not_copied_and_its_run_is_written_down(world: World) -> None:
    world.create(InputDigest=None, InputRevision="d" * 64)

    (written,) = (uri for uri in world.buckets.uris() if uri != UPLOADED)
    assert written.startswith("s3://answers/tickets/run/tickets-0a1b2c3dicketsE1-")
    assert run_file(world, written)["inputSha256"] == "d" * 64
    assert run_file(world, written)["inputRecords"] is None


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


def test_a_copy_that_takes_ninety_seconds_is_one_job(world: World) -> None:
    world.buckets.faults.add("CopyObject", Fault(delay_seconds=90.0, when="after"))

    answer = world.create()

    assert (answer["Status"], world.started) == ("SUCCESS", 1)


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "CREATE_FAILED", "CREATE_COMPLETE"])
@pytest.mark.parametrize("operation", ["CopyObject", "PutObject"])
def test_a_stack_that_turns_around_during_the_copy_pays_nothing(world: World, operation: str, status: str) -> None:
    def turn() -> None:
        world.cloudformation.status = status

    world.buckets.faults.add(operation, Fault(delay_seconds=90.0, when="after", meanwhile=turn))

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert answer["Reason"] == "the stack does not go forward with this request any more, so nothing was started."
    assert answer["PhysicalResourceId"].startswith("not-started:")


def test_a_copy_that_takes_the_whole_time_starts_nothing(world: World) -> None:
    world.buckets.faults.add("CopyObject", Fault(delay_seconds=560.0, when="after"))

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert answer["Reason"] == "the time for this request is over, so nothing was started."


PASSING = [
    "KMS.ThrottlingException",
    "SlowDown",
    "InternalError",
    "RequestTimeout",
    "ServiceUnavailable",
    "ProxyPage200",
    "ProxyPage502",
    TIDY_PAGE,
    LOST,
]


@scenario(95)
@pytest.mark.parametrize("error", PASSING, ids=str)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("operation", ["CopyObject", "ListObjectsV2", "PutObject"])
def test_a_fault_of_s3_that_passes_is_waited_out(
    world: World, operation: str, when: Any, error: Exception | str
) -> None:
    """The copy fails at every call, before and after its effect, for a while -> one job, its prompts in place."""
    world.buckets.fault(operation, error, when=when, times=3)

    answer = world.create()

    assert (answer["Status"], world.started) == ("SUCCESS", 1)
    assert stored(world, COPY).body == PROMPTS
    assert run_file(world)["jobName"] == NAME


@scenario(95)
@pytest.mark.parametrize("error", ["AccessDenied", "NoSuchBucket", "SlowDown", LOST, RuntimeError("x")], ids=str)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("operation", ["CopyObject", "ListObjectsV2", "PutObject"])
def test_a_fault_of_s3_that_stays_starts_nothing_and_the_next_deployment_completes(
    world: World, operation: str, when: Any, error: Exception | str
) -> None:
    """The copy fails at every call, for ever -> nothing started, clear text; the next deployment completes."""
    world.buckets.fault(operation, error, when=when, times=1000)

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert answer["PhysicalResourceId"].startswith("not-started:")
    assert isinstance(error, RuntimeError) or "Nothing was started" in answer["Reason"]
    assert world.delete(answer["PhysicalResourceId"])["Status"] == "SUCCESS"

    world.buckets.faults.clear()
    assert world.create()["Status"] == "SUCCESS"
    assert world.started == 1


@scenario(95)
@pytest.mark.parametrize(("listable", "code"), [(True, "NoSuchKey"), (False, "AccessDenied")])
def test_an_uploaded_file_that_vanished_is_named_with_what_to_do(world: World, *, listable: bool, code: str) -> None:
    """Vanished asset -> nothing started, clear text; the next deployment, which uploads it, completes."""
    gone = world.buckets.objects.pop(("assets", "deploy-time/0123.jsonl"))
    world.buckets.listable = {"assets"} if listable else set()

    reason = world.create()["Reason"]

    assert reason.startswith(f"the prompts could not be copied from {UPLOADED} to {COPY} (CopyObject: {code}: ")
    assert reason.endswith(" Nothing was started.")
    assert "deploy with the CDK CLI again, which uploads it" in reason
    world.buckets.objects["assets", "deploy-time/0123.jsonl"] = gone
    assert world.create()["Status"] == "SUCCESS"
    assert world.started == 1


def test_a_delivery_that_cannot_copy_does_not_speak_for_the_one_before(world: World) -> None:
    """Lambda delivers an event again: the first time it may have started a job that nothing shows yet."""
    world.buckets.fault("CopyObject", "AccessDenied", times=1000)

    reason = world.deliver(world.event("Create", issued_ago=60.0))["Reason"]

    assert "Nothing was started" not in reason
    assert reason.endswith("deploying the same again takes it.")


@scenario(95)
def test_a_file_that_s3_does_not_copy_at_once_is_refused(world: World) -> None:
    """Wrong size -> nothing started, clear text."""
    world.buckets.put(UPLOADED, PROMPTS, size=5 * 1024**3 + 1)

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert answer["Reason"].endswith("A copy has 5 GB at most. Nothing was started.")


def test_a_copy_that_somebody_takes_away_at_once_starts_nothing(world: World) -> None:
    def deletes() -> None:
        world.buckets.objects.pop(("prompts", COPY.removeprefix("s3://prompts/")))

    world.buckets.faults.add("ListObjectsV2", Fault(meanwhile=deletes))

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert answer["Reason"] == f"{COPY} is gone right after it was copied, so nothing was started. Deploy again."


@pytest.mark.parametrize("operation", ["copy_object", "list_objects_v2", "put_object"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_function_that_dies_at_the_copy_starts_one_job_the_next_time(
    world: World, operation: str, moment: str
) -> None:
    event = world.event("Create")
    with pytest.raises(Killed):
        world.deliver(event, hook=killed_at(operation, moment))
    world.clock.sleep(60)

    assert world.deliver(event)["Status"] == "SUCCESS"
    assert (world.started, count(world, CREATE)) == (1, 1)


def test_rights_of_s3_that_are_new_are_waited_for(world: World) -> None:
    world.buckets.faults.add(
        "CopyObject", Fault(refusal("AccessDenied", "Access Denied"), times=None, until=world.service_clock.now() + 90)
    )

    assert world.create()["Status"] == "SUCCESS"
    assert 90 <= sum(world.clock.slept) < 120


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"InputFiles": [{"Source": "assets/x.jsonl", "Name": "x.jsonl"}]}, "InputFiles[0].Source must match"),
        ({"InputFiles": [{"Source": UPLOADED, "Name": "a/b.jsonl"}]}, "InputFiles[0].Name must match"),
        ({"InputFiles": [{"Source": UPLOADED}]}, "InputFiles[0].Name is missing"),
        ({"InputFiles": "x"}, "InputFiles must be a list"),
        ({"InputRecords": "0"}, "InputRecords must be a whole number"),
    ],
)
def test_what_is_said_of_files_is_checked(world: World, changes: dict[str, Any], path: str) -> None:
    answer = world.create(**changes)

    assert (answer["Status"], world.calls()) == ("FAILED", [])
    assert answer["Reason"].startswith(f"property {path}")
