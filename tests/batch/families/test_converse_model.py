"""The Converse row is that of botocore's model of the API."""

from botocore.session import Session

from bedrock_batch.families import family_of
from bedrock_batch.families.converse import CONVERSE

_MODEL = Session().get_service_model("bedrock-runtime")
_REQUEST = _MODEL.operation_model("Converse").input_shape.members


def test_the_known_members_are_those_of_the_api() -> None:
    assert {*CONVERSE.required, *CONVERSE.optional} == set(_REQUEST)


def test_the_types_of_members_are_those_of_the_api() -> None:
    objects = {name for name, shape in _REQUEST.items() if shape.type_name in ("structure", "map")}
    for name in objects - {"toolConfig"}:
        assert [fault.reason for fault in CONVERSE.values[name]("x", [])] == ["must be an object"], name


def test_the_members_of_the_inference_configuration_are_those_of_the_api() -> None:
    values = {"maxTokens": 1, "temperature": 0.5, "topP": 0.5, "stopSequences": ["x"]}

    assert set(values) == set(_REQUEST["inferenceConfig"].members)
    assert CONVERSE.values["inferenceConfig"]("x", values) == []
    for name in values:
        assert [fault.is_doubtful for fault in CONVERSE.values["inferenceConfig"]("x", {name: {}})] == [False], name


def test_the_roles_are_those_of_the_api() -> None:
    roles = _REQUEST["messages"].member.members["role"].enum
    body = {"messages": [{"role": role, "content": [{"text": "x"}]} for role in roles]}

    assert set(roles) == {"user", "assistant", "system"}
    assert [fault for fault in CONVERSE.check(body) if not fault.is_doubtful] == []


def test_a_built_schema_has_the_shape_of_the_api() -> None:
    structure = _REQUEST["outputConfig"].members["textFormat"]

    assert structure.members["type"].enum == ["json_schema"]
    assert set(structure.members["structure"].members["jsonSchema"].members) >= {"name", "schema"}


def test_nova_has_the_messages_of_converse() -> None:
    nova = family_of("amazon.nova-lite-v1:0", converse=False)

    assert nova is not None
    assert nova.answer is CONVERSE.answer
