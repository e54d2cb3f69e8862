"""Properties that are read strictly, and tags that are not."""

from typing import Any

import pytest

from bedrock_batch.errors import InvalidPropertyError
from bedrock_batch.run.declaration import JobSpec, is_held, tags_of
from bedrock_batch.run.properties import Node
from handler.world import World, properties


def test_tags_that_cannot_be_read_count_as_none() -> None:
    assert tags_of({"Job": "?"}) == {}
    assert tags_of({"Job": {"tags": [{"key": "a"}]}}) == {"a": ""}


@pytest.mark.parametrize("subnets", [["subnet-1", ""], ["subnet-1", {"Ref": "x"}], [], "subnet-1"])
def test_a_list_with_anything_but_filled_strings_is_refused(world: World, subnets: Any) -> None:
    answer = world.create(Job={"vpcConfig": {"subnetIds": subnets, "securityGroupIds": ["sg-1"]}})

    assert "property Job.vpcConfig.subnetIds must be a list of strings with at least one item" in answer["Reason"]


@pytest.mark.parametrize(
    "changes",
    [
        {"JobNamePrefix": "x" * 200},
        {"Job": {"modelInvocationType": "x" * 200}},
        {"Job": {"timeoutDurationInHours": "x" * 200}},
    ],
)
def test_a_long_value_is_shown_by_its_first_hundred_characters(world: World, changes: dict[str, Any]) -> None:
    assert world.create(**changes)["Reason"].endswith(f", got '{'x' * 100}'. Nothing was started.")


def test_properties_that_are_no_object_are_named_as_such() -> None:
    with pytest.raises(InvalidPropertyError, match=r"^property ResourceProperties must be an object$"):
        Node("", "x")


@pytest.mark.parametrize(("declared", "read"), [("true", True), ("false", False), ("", False), (None, False)])
def test_a_run_is_held_if_it_is_declared_so(declared: str | None, *, read: bool) -> None:
    spec = JobSpec.parse(properties(Hold=declared))

    assert spec.hold is read
    assert is_held(properties(Hold=declared)) is read
    assert spec.defining() == JobSpec.parse(properties()).defining()


@pytest.mark.parametrize("value", ["True", "yes", "1", "x" * 200])
def test_another_word_for_hold_is_refused(world: World, value: str) -> None:
    answer = world.create(Hold=value)

    shown = value[:100]
    text = f"property Hold must be one of true, false, got '{shown}'. Nothing was started."
    assert (answer["Status"], answer["Reason"], world.started) == ("FAILED", text, 0)
    assert world.delete(answer["PhysicalResourceId"], properties(Hold=value))["Status"] == "SUCCESS"


@pytest.mark.parametrize(("declared", "read"), [("LEAVE_RUNNING", "LEAVE_RUNNING"), ("STOP", "STOP"), ("", "STOP")])
def test_a_job_is_stopped_with_its_resource_unless_declared_otherwise(declared: str, read: str) -> None:
    assert JobSpec.parse(properties(OnRemoval=declared)).on_removal == read
