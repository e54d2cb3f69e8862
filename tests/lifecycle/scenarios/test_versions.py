"""Later versions read what this one wrote, and an upgrade of the library alone starts nothing."""

import json
from itertools import count as counter
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Stack

from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from cdk_bedrock_batch import BatchModel, InvocationType
from handler.scenario import scenario
from handler.world import World, build_world, properties
from lifecycle.scenarios.synthesis import JOB, declare, of_type, template_of
from unit.templates import as_text

GOLDEN = Path(__file__).parent / "golden"
VERSIONS = sorted(folder.name for folder in GOLDEN.iterdir() if folder.is_dir())


def golden(version: str, name: str) -> dict[str, Any]:
    """An event, or the resources of a template, as a version wrote them."""
    found: dict[str, Any] = json.loads((GOLDEN / version / f"{name}.json").read_text("utf-8"))
    return found


def golden_world(version: str) -> World:
    """A service whose job ids are those of the golden events: job00000001, job00000002, ...; with their prompts."""
    numbers = counter(1)
    world = build_world(new_job_id=lambda: f"job{next(numbers):09}")
    for name in ("create", "update"):
        for file in golden(version, name)["ResourceProperties"].get("InputFiles", []):
            world.buckets.put(file["Source"], b"{}")
    return world


@scenario(54)
def test_this_version_has_its_golden_files() -> None:
    """A release -> it leaves its events and its template behind."""
    assert "0.1.0" in VERSIONS
    for version in VERSIONS:
        assert {path.stem for path in (GOLDEN / version).glob("*.json")} == {
            "create",
            "update",
            "delete",
            "rollback-update",
            "template",
        }


@scenario(54)
@pytest.mark.parametrize("version", VERSIONS)
def test_the_events_of_every_released_version_are_read(version: str) -> None:
    """Props written by v1..vN-1 in Create, Update, rollback Update, Delete -> 2 jobs, the first is back, 0 live."""
    world = golden_world(version)
    create = golden(version, "create")
    created = world.deliver(create)
    assert created["Status"] == "SUCCESS"
    world.clock.sleep(60)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    update = golden(version, "update")
    assert update["PhysicalResourceId"] == created["PhysicalResourceId"]
    updated = world.deliver(update)
    assert (updated["Status"], world.started) == ("SUCCESS", 2)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    rollback = golden(version, "rollback-update")
    assert rollback["PhysicalResourceId"] == updated["PhysicalResourceId"]

    restored = world.deliver(rollback)
    assert (restored["PhysicalResourceId"], world.started) == (created["PhysicalResourceId"], 2)
    world.deliver(golden(version, "delete") | {"PhysicalResourceId": updated["PhysicalResourceId"]})
    assert world.live() == [created["PhysicalResourceId"]]
    world.cloudformation.status = "DELETE_IN_PROGRESS"
    assert world.deliver(golden(version, "delete"))["Status"] == "SUCCESS"
    assert world.live() == []


@scenario(54)
@pytest.mark.parametrize("version", VERSIONS)
def test_the_identity_of_released_declarations_never_changes(version: str) -> None:
    """Props of an earlier version -> the same name and token as that version made, so the same job."""
    event = golden(version, "create")
    run = RunIdentity(
        ResourceIdentity(event["StackId"], event["LogicalResourceId"]),
        JobSpec.parse(event["ResourceProperties"]).defining(),
    )
    assert (run.name("TicketSummaries", 1), run.token(1)) == (event["X-Name"], event["X-Token"])


def golden_declaration(stack: Stack, prompts: Path) -> None:
    """The user's code that stays the same through all versions."""
    declare(
        stack,
        prompts,
        "TicketSummaries",
        model=BatchModel.from_model_id("us.anthropic.claude-haiku-4-5-20251001-v1:0"),
        invocation_type=InvocationType.CONVERSE,
        tags={"team": "support"},
    )


def with_records_of(job: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """Properties with the digests of another job's records: those of 0.1.0 were no Converse requests, which it took."""
    text, now, then = json.dumps(properties), properties["InputDigest"], job["InputDigest"]
    (new,), (old,) = ([file["Source"][-70:] for file in each["InputFiles"]] for each in (properties, job))
    found: dict[str, Any] = json.loads(text.replace(now, then).replace(now[:16], then[:16]).replace(new, old))
    return found


@scenario(98)
@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"AdoptJobArn": "arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/abcdefghijkl"}, "AdoptJobArn"),
        ({"AdoptJobArn": ""}, "AdoptJobArn"),
        ({"JobNamePrefx": "a"}, "JobNamePrefx"),
        ({"Job": {"modelVersion": "1"}}, "Job.modelVersion"),
    ],
)
@pytest.mark.parametrize("shows_attempt", [True, False])
def test_a_property_that_this_version_does_not_know_is_refused_by_name(
    members: dict[str, Any], path: str, shows_attempt: bool
) -> None:
    """An unknown or removed property -> Create and Update FAILED, property named, nothing started; a Delete works."""
    world, odd = build_world(), properties(**members)
    created = world.deliver(world.event("Create", ResourceProperties=odd))
    assert (created["Status"], world.started) == ("FAILED", 0)
    assert created["Reason"].startswith(f"property {path} is not known to this version of the library")
    good = world.create()["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    for changes in ({}, {"RunId": "2"}):
        updated = world.update(good, properties(), odd | changes)
        assert (updated["Status"], updated["PhysicalResourceId"], world.started) == ("FAILED", good, 1)
        assert f"property {path} is not known" in updated["Reason"]
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    restored = world.update(good, odd | {"RunId": "2"} if shows_attempt else odd, odd)
    assert (restored["Status"], restored["PhysicalResourceId"], world.started) == ("SUCCESS", good, 1)
    world.cloudformation.status = "DELETE_IN_PROGRESS"
    assert world.delete("a-made-up-id", odd)["Status"] == "SUCCESS"
    assert world.engine.bill().stopped == 1


@scenario(55)
@pytest.mark.parametrize("version", VERSIONS)
def test_an_upgrade_of_the_library_alone_starts_nothing(prompts: Path, version: str) -> None:
    """Library upgrade vN-1 -> vN, same user code -> no logical id and no job property changes; 0 new jobs."""
    before = golden(version, "template")
    after = template_of(lambda stack: golden_declaration(stack, prompts))
    types = {name: each["Type"] for name, each in after["Resources"].items()}
    assert types | before["types"] == types, "a later version may add resources, and keeps the ids of all others"
    (now,) = of_type(after, JOB).values()
    # What CloudFormation delivers is the same, whichever of its functions a text is written with.
    then = as_text(before["job"])
    assert with_records_of(then, as_text(now["Properties"])) == then

    world = golden_world(version)
    event = golden(version, "create")
    created = world.deliver(event)
    world.clock.sleep(60)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    props = event["ResourceProperties"]
    calls = len(world.bedrock.calls)
    new_code = {"ServiceToken": props["ServiceToken"] + ":2", "ServiceTimeout": "1200"}
    answer = world.update(created["PhysicalResourceId"], props, props | new_code)

    assert (answer["PhysicalResourceId"], world.started) == (created["PhysicalResourceId"], 1)
    assert {method for method, _ in world.bedrock.calls[calls:]} <= {"get_model_invocation_job"}
