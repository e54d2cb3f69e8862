"""Properties that are read strictly, and tags that are not."""

from typing import Any

import pytest

from handler.world import World
from model_invocation_job.spec import tags_of


def test_tags_that_cannot_be_read_count_as_none() -> None:
    assert tags_of({"Job": "?"}) == {}
    assert tags_of({"Job": {"tags": [{"key": "a"}]}}) == {"a": ""}


@pytest.mark.parametrize("subnets", [["subnet-1", ""], ["subnet-1", {"Ref": "x"}], [], "subnet-1"])
def test_a_list_with_anything_but_filled_strings_is_refused(world: World, subnets: Any) -> None:
    answer = world.create(Job={"vpcConfig": {"subnetIds": subnets, "securityGroupIds": ["sg-1"]}})

    assert "property Job.vpcConfig.subnetIds must be a list of strings with at least one item" in answer["Reason"]
