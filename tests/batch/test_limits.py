"""The limits that are written down here are those of botocore's model of the API, and the engine keeps to them."""

import re
from typing import Any

import pytest
from botocore.model import Shape

from bedrock_batch import limits
from bedrock_batch.run import names
from bedrock_batch_local.engine import job as engine
from bedrock_batch_local.engine.api_model import operation

_CREATE = operation("CreateModelInvocationJob").input_shape.members
_VPC = _CREATE["vpcConfig"].members
_OUTPUT = _CREATE["outputDataConfig"].members["s3OutputDataConfig"].members
_INPUT = _CREATE["inputDataConfig"].members["s3InputDataConfig"].members
_TAG = _CREATE["tags"].member.members


@pytest.mark.parametrize(
    ("shape", "pair"),
    [
        (_CREATE["timeoutDurationInHours"], limits.TIMEOUT_HOURS),
        (_VPC["subnetIds"], limits.SUBNETS),
        (_VPC["securityGroupIds"], limits.SECURITY_GROUPS),
        (_CREATE["tags"], (0, limits.TAGS)),
        (_CREATE["modelId"], (1, limits.MODEL_ID_LENGTH)),
        (_INPUT["s3Uri"], (1, limits.S3_URI_LENGTH)),
        (_OUTPUT["s3Uri"], (1, limits.S3_URI_LENGTH)),
    ],
    ids=lambda value: value.name if isinstance(value, Shape) else "",
)
def test_a_least_and_a_most_are_those_of_the_api(shape: Any, pair: tuple[int, int]) -> None:
    assert (shape.metadata["min"], shape.metadata["max"]) == pair


def allows(shape: Any, text: str) -> bool:
    """Whether the API takes a text."""
    low, high = (shape.metadata.get(bound, len(text)) for bound in ("min", "max"))
    return low <= len(text) <= high and bool(re.fullmatch(shape.metadata["pattern"], text))


@pytest.mark.parametrize(
    ("pattern", "shape", "texts"),
    [
        (limits.TAG_KEY, _TAG["key"], ["k" * 128, "a b._:/=+@-"]),
        (limits.TAG_VALUE, _TAG["value"], ["", "v" * 256, "a b._:/=+@-"]),
        (limits.ACCOUNT_ID, _OUTPUT["s3BucketOwner"], ["111122223333"]),
        (limits.FOUNDATION_MODEL_ID, _CREATE["modelId"], ["amazon.nova-lite-v1:0", "anthropic.claude-v2:1:18k"]),
    ],
)
def test_what_a_pattern_of_ours_takes_the_api_takes(pattern: re.Pattern[str], shape: Any, texts: list[str]) -> None:
    assert all(pattern.fullmatch(text) and allows(shape, text) for text in texts)
    assert not pattern.fullmatch("*")


def test_a_name_with_the_longest_prefix_has_room_for_the_longest_rest() -> None:
    prefix = "p" * limits.JOB_NAME_PREFIX_LENGTH
    part = names.part_of("arn:aws:cloudformation:us-east-1:111122223333:stack/S/0a1b2c3d-0000", "LogicalId")
    name = names.name_of(prefix, names.tail_of(part, "0" * 64), 99_999)

    assert limits.JOB_NAME_PREFIX.fullmatch(prefix)
    assert not limits.JOB_NAME_PREFIX.fullmatch(f"{prefix}p")
    assert allows(_CREATE["jobName"], name)


def test_the_longest_place_has_room_in_an_uri() -> None:
    uri = f"s3://{'b' * 63}/{'k' * limits.S3_KEY_LENGTH}"

    assert allows(_OUTPUT["s3Uri"], uri)
    assert not allows(_OUTPUT["s3Uri"], f"{uri}k")


def test_a_run_id_is_as_long_as_its_pattern_says() -> None:
    assert limits.RUN_ID.fullmatch("r" * limits.RUN_ID_LENGTH)
    assert not limits.RUN_ID.fullmatch("r" * (limits.RUN_ID_LENGTH + 1))


def test_the_engine_takes_a_timeout_within_the_range_where_none_is_named() -> None:
    """The service's own is not documented: the library reckons with the most, the engine with the least."""
    assert (engine.DEFAULT_TIMEOUT_HOURS, limits.DEFAULT_TIMEOUT_HOURS) == limits.TIMEOUT_HOURS
