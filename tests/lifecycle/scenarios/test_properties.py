"""Every scalar arrives as a string: parsed strictly, or refused with its path."""

from typing import Any

import pytest

from handler.scenario import scenario
from handler.world import World

ODD = ["false", "FALSE", "true", "0", " ", "None", "1e2", "24.0", "٢٤", "-24", [["24"]], {"a": "24"}]


@scenario(48)
@pytest.mark.parametrize("value", [*ODD, "12"], ids=str)
@pytest.mark.parametrize("path", ["Job.timeoutDurationInHours", "GateSeconds"])
def test_what_is_no_whole_number_is_refused_by_its_path(world: World, path: str, value: Any) -> None:
    """Props as strings: "false", "0", " ", "None", "1e2", nested lists for a number -> refused, path named."""
    if (path, value) == ("GateSeconds", "12"):
        return
    member = path.rpartition(".")[2]
    answer = world.create(**({"Job": {member: value}} if path.startswith("Job.") else {member: value}))

    assert (answer["Status"], world.bedrock.calls) == ("FAILED", [])
    assert f"property {path} must be" in answer["Reason"]


@scenario(48)
@pytest.mark.parametrize("value", [*ODD, "stop", "validated", "converse"], ids=str)
@pytest.mark.parametrize("path", ["Job.modelInvocationType", "Gate", "OnRemoval"])
def test_what_is_no_word_of_a_choice_is_refused_by_its_path(world: World, path: str, value: Any) -> None:
    """Props as strings: "false", "0", lower case, nested lists for a choice -> refused, path named."""
    member = path.rpartition(".")[2]
    answer = world.create(**({"Job": {member: value}} if path.startswith("Job.") else {member: value}))

    assert (answer["Status"], world.bedrock.calls) == ("FAILED", [])
    assert f"property {path} must be" in answer["Reason"]


@scenario(48)
@pytest.mark.parametrize(
    "members",
    [
        {"Job": {"timeoutDurationInHours": ""}},
        {"Job": {"timeoutDurationInHours": "24"}},
        {"Job": {"vpcConfig": "", "tags": ""}},
        {"InputRevision": "", "Gate": "", "GateSeconds": "", "OnRemoval": ""},
    ],
)
def test_an_empty_string_counts_as_absent(world: World, members: dict[str, Any]) -> None:
    """Props as strings: "24" and "" where a value may be absent -> accepted, 1 job."""
    assert world.create(**members)["Status"] == "SUCCESS"
    assert world.started == 1


@scenario(48)
@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"Job": {"modelId": [["x"]]}}, "Job.modelId"),
        ({"Job": {"modelId": ""}}, "Job.modelId"),
        ({"Job": {"tags": [["a", "b"]]}}, "Job.tags[0]"),
        ({"Job": {"tags": [{"key": "a", "value": ["b"]}]}}, "Job.tags[0].value"),
        ({"Job": {"vpcConfig": {"subnetIds": [["a"]], "securityGroupIds": ["b"]}}}, "Job.vpcConfig.subnetIds"),
        ({"Job": {"vpcConfig": "false"}}, "Job.vpcConfig"),
        ({"InputDigest": "None"}, "InputDigest"),
        ({"RunId": ""}, "RunId"),
        ({"JobNamePrefix": " "}, "JobNamePrefix"),
    ],
)
def test_a_value_of_another_shape_is_refused_by_its_path(world: World, members: dict[str, Any], path: str) -> None:
    """Props of another shape: nested lists, missing members, wrong patterns -> refused, path named."""
    answer = world.create(**members)

    assert (answer["Status"], world.bedrock.calls) == ("FAILED", [])
    assert f"property {path} " in answer["Reason"]
