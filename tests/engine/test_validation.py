"""Request validation: every constraint of the service model, found in the model itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ParamValidationError
from botocore.model import ListShape, Shape, StructureShape
from engine.jobs import refusal, request

from bedrock_batch_local import InProcessClient
from bedrock_batch_local.engine.api_model import operation
from bedrock_batch_local.engine.errors import BatchApiError
from bedrock_batch_local.engine.validation import check_request
from bedrock_batch_local.server.routes import OPERATIONS

ARN = "arn:aws:bedrock:eu-west-1:111122223333:model-invocation-job/abcdefghijkl"
COMPLETE: dict[str, dict[str, Any]] = {
    "CreateModelInvocationJob": request(
        clientRequestToken="once",
        timeoutDurationInHours=48,
        modelInvocationType="Converse",
        inputDataConfig={
            "s3InputDataConfig": {"s3Uri": "s3://prompts/in/", "s3InputFormat": "JSONL", "s3BucketOwner": "1" * 12}
        },
        outputDataConfig={
            "s3OutputDataConfig": {"s3Uri": "s3://answers/", "s3EncryptionKeyId": "alias/k", "s3BucketOwner": "1" * 12}
        },
        vpcConfig={"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]},
        tags=[{"key": "team", "value": "support"}],
    ),
    "GetModelInvocationJob": {"jobIdentifier": ARN},
    "StopModelInvocationJob": {"jobIdentifier": ARN[-12:]},
    "ListModelInvocationJobs": {
        "statusEquals": "Failed",
        "nameContains": "a",
        "maxResults": 10,
        "nextToken": "x",
        "sortBy": "CreationTime",
        "sortOrder": "Ascending",
    },
    "TagResource": {"resourceARN": ARN, "tags": [{"key": "team", "value": "support"}]},
    "UntagResource": {"resourceARN": ARN, "tagKeys": ["team"]},
    "ListTagsForResource": {"resourceARN": ARN},
}


def broken(shape: Shape, value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str, Any]]:
    """For every constraint below ``shape``: where it is, what it is, and ``value`` with it broken."""
    if isinstance(shape, StructureShape):
        yield from broken_structure(shape, value, path)
    elif isinstance(shape, ListShape):
        yield from broken_size(shape, path, lambda size: value[:1] * size)
        for where, constraint, wrong in broken(shape.member, value[0], (*path, "1", "member")):
            yield where, constraint, [wrong]
    elif shape.type_name == "string":
        yield from broken_size(shape, path, lambda size: "a" * size)
        if shape.enum or shape.metadata.get("pattern") not in (None, r"\S*"):
            yield ".".join(path), "Member must satisfy", "§ \n"
    elif shape.type_name == "integer":
        yield ".".join(path), "greater than or equal", shape.metadata["min"] - 1
        yield ".".join(path), "less than or equal", shape.metadata["max"] + 1


def broken_structure(shape: StructureShape, value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str, Any]]:
    for name in shape.required_members:
        yield ".".join((*path, name)), "null", {key: held for key, held in value.items() if key != name}
    if shape.is_tagged_union:
        yield ".".join(path), "Exactly one member", {}
    for name, member in value.items():
        for where, constraint, wrong in broken(shape.members[name], member, (*path, name)):
            yield where, constraint, {**value, name: wrong}


def broken_size(shape: Shape, path: tuple[str, ...], of_size: Callable[[int], Any]) -> Iterator[tuple[str, str, Any]]:
    if shape.metadata.get("min"):
        yield ".".join(path), "greater than or equal", of_size(shape.metadata["min"] - 1)
    if shape.metadata.get("max"):
        yield ".".join(path), "less than or equal", of_size(shape.metadata["max"] + 1)


CASES = [
    pytest.param(name, where, constraint, wrong, id=f"{name}-{where or 'request'}-{constraint.split()[0]}{index}")
    for name, complete in COMPLETE.items()
    for index, (where, constraint, wrong) in enumerate(broken(operation(name).input_shape, complete))
]


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_complete_request_is_accepted(name: str) -> None:
    check_request(name, COMPLETE[name])


def test_the_table_knows_every_constraint() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize(("name", "where", "constraint", "wrong"), CASES)
def test_a_broken_constraint_is_refused_by_its_place(name: str, where: str, constraint: str, wrong: Any) -> None:
    with pytest.raises(BatchApiError) as raised:
        check_request(name, wrong)

    assert raised.value.code == "ValidationException"
    assert f"at '{where}' failed to satisfy constraint" in raised.value.message
    assert constraint in raised.value.message


@pytest.mark.parametrize(
    ("uri", "accepted"),
    [
        ("s3://bkt", True),
        ("s3://bkt/in/x.jsonl", True),
        ("s3://bkt/dt=2026-10-01/", False),
        ("s3://bkt/in//x", False),
        ("s3://my_bucket/in", False),
        ("s3://bkt/" + "a" * 1016, False),
    ],
)
def test_input_locations_follow_the_pattern(client: InProcessClient, uri: str, accepted: bool) -> None:
    wanted = request(inputDataConfig={"s3InputDataConfig": {"s3Uri": uri}})
    if accepted:
        client.create_model_invocation_job(**wanted)
    else:
        assert refusal(client.create_model_invocation_job, **wanted)[0] == "ValidationException"


def test_a_name_of_many_hyphens_is_refused_at_once(client: InProcessClient) -> None:
    # The service's pattern backtracks exponentially here; a naive match would not come back.
    found = refusal(client.create_model_invocation_job, **request("a" + "-" * 61 + "_"))

    assert "at 'jobName' failed to satisfy constraint: Member must satisfy regular expression" in found[1]
    client.create_model_invocation_job(**request("a" + "-" * 62))


def test_all_violations_come_in_one_message(client: InProcessClient) -> None:
    _, message = refusal(
        client.create_model_invocation_job,
        **request("under_score", roleArn="role", timeoutDurationInHours=200, modelInvocationType="Chat"),
    )

    assert message.startswith("4 validation errors detected: ")


def test_what_botocore_refuses_never_reaches_the_service(client: InProcessClient) -> None:
    with pytest.raises(ParamValidationError, match="Unknown parameter"):
        client.create_model_invocation_job(**request(priority="high"))
    with pytest.raises(ParamValidationError, match="Invalid type"):
        client.create_model_invocation_job(**request(timeoutDurationInHours="24"))


def test_a_wrong_type_is_a_serialization_error() -> None:
    with pytest.raises(BatchApiError) as raised:
        check_request("CreateModelInvocationJob", request(tags="team=support"))

    assert raised.value.code == "SerializationException"
