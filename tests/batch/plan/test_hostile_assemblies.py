"""An assembly in which one value is another one, whatever it is, is planned, or refused with a sentence."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from batch.cli.planned_app import JOB
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedrock_batch.plan.assembly import lacks_values, read_assembly
from bedrock_batch.plan.assumed import assumed
from bedrock_batch.plan.compare import compare
from bedrock_batch.plan.markdown import as_markdown
from bedrock_batch.plan.planned import Plan
from bedrock_batch.plan.shown import planned, unpriced_models
from bedrock_batch.plan.text import as_text
from bedrock_batch.plan.told import ABOVE, AMOUNTS, DECLARED_AT

_PLACES = {"file": "a.yaml", "line": 3, "options": {"model": "a.yaml:4"}}
_TOLD = [
    {"type": "aws:cdk:logicalId", "data": "Job"},
    {"type": AMOUNTS, "data": {"records": 5, "inputTokens": 10, "mostOutputTokens": 20, "usd": "0.5"}},
    {"type": DECLARED_AT, "data": _PLACES},
    {"type": ABOVE, "data": ["max_usd is 0.1"]},
]
_FILES: dict[str, Any] = {
    "manifest.json": {
        "artifacts": {
            "Stack": {
                "type": "aws:cloudformation:stack",
                "environment": "aws://111122223333/eu-west-1",
                "properties": {"templateFile": "t.json", "stackName": "Stack", "lookupRole": {"arn": "arn"}},
                "dependencies": ["Stack.assets"],
                "displayName": "Stack",
                "additionalMetadataFile": "m.json",
            }
        }
    },
    "m.json": {"/Stack/Job/Resource": _TOLD},
    "t.json": {
        "Parameters": {"P": {"Type": "String", "Default": "a"}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "a"]}},
        "Mappings": {"M": {"a": {"b": "c"}}},
        "Outputs": {"O": {"Value": {"Ref": "Bucket"}, "Export": {"Name": "E"}}},
        "Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::FindInMap": ["M", "a", "b"]}}},
            "Nested": {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "n.json"}},
            "Job": {
                "Type": "Custom::BedrockModelInvocationJob",
                "Condition": "C",
                "Metadata": {"aws:cdk:path": "Stack/Job/Resource"},
                "Properties": {**JOB, "RunId": {"Fn::Join": ["", [{"Ref": "Bucket"}, {"Fn::ImportValue": "E"}]]}},
            },
        },
    },
    "n.json": {"Resources": {"Inner": {"Type": "Custom::BedrockModelInvocationJob", "Properties": JOB}}},
}
_VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, 1, -1, 1.5, "x", "", [], {}, [1], {"a": 1}, True, float("inf"), [[]], 10**400),
        *({"Ref": 1}, {"Ref": ["a"]}, {"Fn::If": [1, 2, 3]}, {"Fn::GetAtt": "x"}, {"Condition": "C"}),
        {"Fn::Sub": ["${a}", []]},
    ]
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield (*path, key)
        yield from _paths(each, (*path, key))


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(list(_paths(_FILES))), value=_VALUES)
def test_one_value_that_is_another_one_ends_no_plan_in_an_error(
    tmp_path: Path, path: tuple[Any, ...], value: Any
) -> None:
    files = copy.deepcopy(_FILES)
    place = files
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content))

    try:
        stacks = read_assembly(tmp_path)
        assert lacks_values(tmp_path) in (True, False)
    except ValueError:
        return
    for records in ([], [assumed(each) for each in stacks]):
        pairs = compare(stacks, records)
        found = Plan(jobs=tuple(planned(pairs)), base=None)
        assert as_text(found)
        assert as_markdown(found)
        assert len(unpriced_models(pairs)) <= len(pairs)
