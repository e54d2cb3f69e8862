"""Faults of S3 before a start: those that pass are waited out, those that stay start nothing."""

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from bedrock_batch_local.engine.faults import Fault
from bedrock_batch_local.engine.proxy_page import ProxyPageError
from handler.hooks import CREATE, Killed, count, killed_at
from handler.run_files import COPY, NAME, run_file, stored
from handler.scenario import scenario
from handler.vocabulary import refusal
from handler.world import PROMPTS, UPLOADED, World

# Of a proxy whose page is well-formed XML.
TIDY_PAGE = ProxyPageError(200, b"<html><body></body></html>")
LOST = ReadTimeoutError(endpoint_url="x")


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
    """The copy fails at every call, before and after its effect, for a while -> one job, its records in place."""
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

    assert reason.startswith(f"the records could not be copied from {UPLOADED} to {COPY} (CopyObject: {code}: ")
    assert reason.endswith(" Nothing was started.")
    assert "deploy with the CDK CLI again, which uploads it" in reason
    world.buckets.objects["assets", "deploy-time/0123.jsonl"] = gone
    assert world.create()["Status"] == "SUCCESS"
    assert world.started == 1


def test_a_delivery_that_cannot_copy_does_not_speak_for_the_one_before(world: World) -> None:
    """Lambda retries an event: the first delivery may have started a job that nothing shows yet."""
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
