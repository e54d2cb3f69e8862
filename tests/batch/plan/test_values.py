"""The values of a template, as CloudFormation sends them: each intrinsic function, conditions, and what is wrong."""

from collections.abc import Mapping
from typing import Any

import pytest

from bedrock_batch.plan.values import Values, is_known, placeholder

_PSEUDO = {"AWS::Region": "eu-west-1", "AWS::Partition": "aws"}
_TEMPLATE: Mapping[str, Any] = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "dev"},
        "Count": {"Type": "Number", "Default": 3},
        "Open": {"Type": "String"},
        "Looked": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a/name"},
    },
    "Mappings": {"Sizes": {"dev": {"small": "1", "names": ["a", "b"]}}},
    "Conditions": {
        "IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
        "IsProd": {"Fn::Not": [{"Condition": "IsDev"}]},
        "Both": {"Fn::And": [{"Condition": "IsDev"}, {"Condition": "IsProd"}]},
        "One": {"Fn::Or": [{"Condition": "IsProd"}, {"Condition": "IsDev"}]},
        "IsOpen": {"Fn::Equals": [{"Ref": "Open"}, ""]},
        "IsGiven": {"Fn::Not": [{"Condition": "IsOpen"}]},
        "OpenAndProd": {"Fn::And": [{"Condition": "IsOpen"}, {"Condition": "IsProd"}]},
        "OpenOrDev": {"Fn::Not": [{"Fn::Or": [{"Condition": "IsOpen"}, {"Condition": "IsDev"}]}]},
        "IsAbsent": {"Fn::Equals": [{"Ref": "AWS::NoValue"}, ""]},
        "Itself": {"Fn::Not": [{"Condition": "Itself"}]},
        "There": {"Fn::And": [{"Condition": "Back"}, {"Condition": "Back"}]},
        "Back": {"Fn::And": [{"Condition": "There"}, {"Condition": "There"}]},
        "NoObject": "yes",
        "NoPair": {"Fn::Equals": ["a"]},
        "TwoFunctions": {"Fn::Equals": ["a", "a"], "Fn::Not": []},
        "NoFunction": {"Fn::Xor": [{"Condition": "IsDev"}]},
        "NoArguments": {"Fn::Not": []},
    },
    "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}},
}


def _values(template: Mapping[str, Any] = _TEMPLATE, **parameters: str) -> Values:
    return Values(
        template, pseudo=_PSEUDO, parameters=parameters, attribute=lambda name, attribute: f"<{name}.{attribute}>"
    )


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        (48, "48"),
        (0.5, "0.5"),
        (True, "true"),
        (False, "false"),
        (None, ""),
        ({"a": None, "b": [None, 1]}, {"b": ["1"]}),
        ({"Ref": "Stage"}, "dev"),
        ({"Ref": "Count"}, "3"),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "Bucket"}, "<Bucket.>"),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, "<Bucket.Arn>"),
        ({"Fn::GetAtt": "Bucket.Arn"}, "<Bucket.Arn>"),
        ({"Fn::GetAtt": ["Bucket", {"Ref": "Stage"}]}, "<Bucket.dev>"),
        ({"Fn::GetAtt": "Nested.Outputs.Arn"}, "<Nested.Outputs.Arn>"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Count"}, {"Ref": "AWS::NoValue"}]]}, "a-3"),
        ({"Fn::Join": [",", {"Fn::Split": ["-", "a-b"]}]}, "a,b"),
        (
            {"Fn::Sub": "s3://${Bucket}/${AWS::Region}/${Bucket.Arn}/${!Kept}"},
            "s3://<Bucket.>/eu-west-1/<Bucket.Arn>/${Kept}",
        ),
        ({"Fn::Sub": ["${Own}-${Stage}", {"Own": {"Ref": "Count"}}]}, "3-dev"),
        ({"Fn::Sub": "a${AWS::NoValue}b"}, "ab"),
        ({"Fn::Select": ["1", ["a", {"Ref": "Stage"}]]}, "dev"),
        ({"Fn::Select": [{"Ref": "Count"}, ["a", "b", "c", "d"]]}, "d"),
        ({"Fn::Split": ["/", {"Ref": "AWS::NoValue"}]}, [""]),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "small"]}, "1"),
        ({"Fn::FindInMap": ["Sizes", "dev", "names"]}, ["a", "b"]),
        ({"Fn::FindInMap": ["Sizes", "test", "small", {"DefaultValue": {"Ref": "Count"}}]}, "3"),
        ({"Fn::If": ["IsDev", "a", "b"]}, "a"),
        ({"Fn::If": ["IsProd", "a", {"Ref": "Stage"}]}, "dev"),
        ({"k": {"Fn::If": ["IsProd", "a", {"Ref": "AWS::NoValue"}]}}, {}),
        ({"Fn::Join": ["", [{"Fn::If": ["One", {"Fn::Sub": "${Stage}"}, "b"]}, "/x"]]}, "dev/x"),
    ],
)
def test_an_expression_has_the_value_that_cloudformation_sends(value: Any, resolved: Any) -> None:
    assert _values().resolved(value) == resolved


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Open"},
        {"Ref": "Looked"},
        {"Ref": "Nothing"},
        {"Fn::ImportValue": "other"},
        {"Fn::GetAZs": ""},
        {"Fn::Base64": {"Ref": "AWS::NoValue"}},
        {"Fn::Select": ["0", {"Ref": "Open"}]},
        {"Fn::Join": ["-", {"Ref": "Open"}]},
        {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": {"Ref": "AWS::Region"}}}},
        # What CloudFormation refuses.
        {"Fn::Join": "a"},
        {"Fn::Join": ["a"]},
        {"Fn::Sub": 1},
        {"Fn::Sub": ["${A}"]},
        {"Fn::Select": [9, ["a"]]},
        {"Fn::Select": ["x", ["a"]]},
        {"Fn::GetAtt": []},
        {"Fn::GetAtt": "Bucket"},
        {"Fn::Split": None},
        {"Fn::FindInMap": ["Sizes", "test", "small"]},
        {"Fn::FindInMap": ["Nothing", "a", "b"]},
        {"Fn::If": ["IsDev"]},
        {"Fn::If": [["IsDev"], "a", "b"]},
        {"Ref": ["Stage"]},
    ],
)
def test_what_is_not_known_is_always_the_same_placeholder(value: Any) -> None:
    found = _values().resolved(value)

    assert not is_known(found)
    assert found == _values().resolved(value)
    assert found != _values().resolved({"Fn::Cidr": value})


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("IsDev", True),
        ("IsProd", False),
        ("Both", False),
        ("One", True),
        # None of these can be told, so that what depends on them is believed to be there.
        ("IsOpen", True),
        ("IsGiven", True),
        ("Itself", True),
        ("There", True),
        ("NoObject", True),
        ("NoPair", True),
        ("TwoFunctions", True),
        ("NoFunction", True),
        ("NoArguments", True),
        ("Nothing", True),
        # These can be told in spite of it.
        ("OpenAndProd", False),
        ("OpenOrDev", False),
        ("IsAbsent", True),
    ],
)
def test_a_condition_that_cannot_be_told_holds(condition: str, holds: bool) -> None:
    assert _values().holds(condition) is holds


def test_a_parameter_counts_more_than_its_default() -> None:
    values = _values(Stage="prod", Looked="value")

    assert values.resolved({"Ref": "Looked"}) == "value"
    assert (values.holds("IsDev"), values.holds("IsProd")) == (False, True)


def test_conditions_of_conditions_take_no_time() -> None:
    """Each is asked for twice by the next: without a memory, 2 to the power of 200 times."""
    conditions: dict[str, Any] = {"C0": {"Fn::Equals": ["a", "a"]}}
    for number in range(200):
        conditions[f"C{number + 1}"] = {"Fn::And": [{"Condition": f"C{number}"}] * 2}

    assert _values({"Conditions": conditions}).holds("C150")


@pytest.mark.parametrize("levels", [70, 400])
def test_what_is_nested_too_deep_is_not_known(levels: int) -> None:
    value: Any = "a"
    condition: Any = {"Fn::Equals": ["a", "b"]}
    for _ in range(levels):
        value, condition = {"Fn::Join": ["", [value]]}, {"Fn::Not": [condition]}

    assert not is_known(_values().resolved(value))
    assert isinstance(_values({"Conditions": {"Deep": condition}}).holds("Deep"), bool)


def test_a_template_without_sections_has_values() -> None:
    assert _values({}).resolved({"Ref": "Stage"}) == placeholder("Ref", "Stage")
    assert _values({}).holds("IsDev")
