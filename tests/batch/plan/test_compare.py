"""Values from elsewhere: other stacks, nested stacks, other jobs. And policies, conditions and places of stacks."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from batch.plan.jobs import properties

from bedrock_batch.plan.assumed import assumed
from bedrock_batch.plan.compare import compare
from bedrock_batch.plan.planned import Action
from bedrock_batch.plan.stack import STACK_TYPE, DeclaredStack
from bedrock_batch.run.declaration import RESOURCE_TYPE

Template = Mapping[str, Any]


def _job(output: Any, **members: Any) -> dict[str, Any]:
    """A job that writes to a bucket."""
    uri = {"Fn::Join": ["", ["s3://", output, "/out/"]]}
    declared = properties(Job={"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": uri}}})
    return {"Type": RESOURCE_TYPE, "Properties": declared, **members}


def _bucket(name: str | None = None) -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": {} if name is None else {"BucketName": name}}


def _stack(
    name: str, resources: Template, nested: Mapping[str, DeclaredStack] | None = None, **rest: Any
) -> DeclaredStack:
    return DeclaredStack(name=name, template={"Resources": resources, **rest}, nested=nested or {})


def _actions(
    before: list[DeclaredStack],
    after: list[DeclaredStack],
    physical_ids: Mapping[str, str] | None = None,
    exports: Mapping[str, str] | None = None,
) -> dict[str, Action | None]:
    """What a deployment does to each job, by its logical id."""
    records = [assumed(each) for each in before]
    records = [replace(each, physical_ids={**each.physical_ids, **(physical_ids or {})}) for each in records]
    pairs = compare(after, records, exports)
    return {pair.before.resource.logical_id: None if pair.foreseen is None else pair.foreseen.action for pair in pairs}


def _exporter(bucket: str | None, value: Any = None) -> DeclaredStack:
    output = {"Value": value or {"Ref": "Bucket"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-bucket"}}}
    return _stack("Storage", {"Bucket": _bucket(bucket)}, Outputs={"Name": output})


_READS = [
    {"Fn::ImportValue": "Storage-bucket"},
    {"Fn::ImportValue": {"Fn::Sub": "Storage-${Part}"}},
    {"Fn::GetStackOutput": {"StackName": "Storage", "OutputName": "Name"}},
    {"Fn::GetStackOutput": {"StackName": "Storage", "OutputName": "Name", "Region": {"Ref": "AWS::Region"}}},
]


@pytest.mark.parametrize("read", _READS)
def test_a_bucket_of_another_stack_is_the_same_until_it_is_replaced(read: Any) -> None:
    reader = _stack("Reports", {"Job": _job(read)}, Parameters={"Part": {"Default": "bucket"}})

    for order in (1, -1):
        before = [_exporter(None), reader][::order]
        assert _actions(before, before, {"Bucket": "made-up"}) == {"Job": Action.NOTHING}
        after = [_exporter("another"), reader][::order]
        assert _actions(before, after, {"Bucket": "made-up"}) == {"Job": Action.REPLACES}


def test_an_export_of_another_region_is_another_one() -> None:
    reader = _stack("Reports", {"Job": _job({"Fn::ImportValue": "Storage-bucket"})})

    def app(here: str, there: str) -> list[DeclaredStack]:
        pairs = ((_exporter(here), "eu-west-1"), (_exporter(there), "us-east-1"), (reader, "eu-west-1"))
        return [replace(stack, region=region, account="1" * 12) for stack, region in pairs]

    assert _actions(app("a", "b"), app("a", "c")) == {"Job": Action.NOTHING}
    assert _actions(app("a", "b"), app("c", "b")) == {"Job": Action.REPLACES}


def test_a_value_of_a_stack_that_the_app_does_not_have_is_the_one_on_record() -> None:
    read, name = (
        [_stack("Reports", {"Job": _job({"Fn::ImportValue": "Other"})})],
        [_stack("Reports", {"Job": _job("b")})],
    )

    assert _actions(read, name, exports={"Other": "b"}) == {"Job": Action.NOTHING}
    assert _actions(read, name, exports={"Other": "c"}) == {"Job": Action.REPLACES}
    assert _actions(read, read) == {"Job": Action.NOTHING}


def test_a_job_in_a_nested_stack_gets_the_values_of_its_parent() -> None:
    def app(bucket: str) -> list[DeclaredStack]:
        inner = _stack(
            "Inner",
            {"Job": _job({"Ref": "Place"})},
            Parameters={"Place": {"Type": "String"}},
            Outputs={"Out": {"Value": {"Fn::Sub": "${Place}-x"}}},
        )
        own = {"Type": STACK_TYPE, "Properties": {"Parameters": {"Place": bucket}}}
        resources = {"Inner": own, "Outer": _job({"Fn::GetAtt": ["Inner", "Outputs.Out"]})}
        return [_stack("Reports", resources, {"Inner": inner})]

    assert _actions(app("a"), app("a")) == {"Job": Action.NOTHING, "Outer": Action.NOTHING}
    assert _actions(app("a"), app("b")) == {"Job": Action.REPLACES, "Outer": Action.REPLACES}
    assert _actions(app("a"), [_stack("Reports", {})]) == {"Job": Action.STOPS, "Outer": Action.STOPS}


def test_a_job_that_reads_what_another_one_writes_follows_it() -> None:
    def app(run_id: str, tags: str = "a") -> list[DeclaredStack]:
        first, second = _job("b"), _job({"Fn::GetAtt": ["First", "JobId"]})
        third = _job({"Fn::Select": ["0", {"Fn::Split": ["/", {"Fn::GetAtt": ["Second", "JobArn"]}]}]})
        first["Properties"] |= {"RunId": run_id}
        first["Properties"]["Job"] |= {"tags": [{"key": "team", "value": tags}]}
        return [_stack("Reports", {"Third": third, "Second": second, "First": first})]

    names = ("Third", "Second", "First")
    assert _actions(app("1"), app("1")) == dict.fromkeys(names, Action.NOTHING)
    assert _actions(app("1"), app("1", "b")) == {
        "Third": Action.NOTHING,
        "Second": Action.NOTHING,
        "First": Action.TAGS,
    }
    assert _actions(app("1"), app("2")) == {
        "Third": Action.REPLACES,
        "Second": Action.REPLACES,
        "First": Action.REPLACES,
    }


@pytest.mark.parametrize(
    ("policy", "is_kept_on_removal", "is_kept_on_replacement"),
    [
        ({}, False, False),
        ({"DeletionPolicy": "Retain"}, True, False),
        ({"DeletionPolicy": "RetainExceptOnCreate"}, True, False),
        ({"UpdateReplacePolicy": "Retain"}, False, True),
        ({"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"}, False, False),
    ],
)
def test_cloudformation_retains_what_a_policy_says(
    policy: Template, is_kept_on_removal: bool, is_kept_on_replacement: bool
) -> None:
    before, after = _stack("Reports", {"Job": _job("a", **policy)}), _stack("Reports", {"Job": _job("b", **policy)})

    (removed,) = compare([_stack("Reports", {})], [assumed(before)])
    (replaced,) = compare([after], [assumed(before)])

    assert removed.foreseen is not None
    assert replaced.foreseen is not None
    assert (removed.foreseen.stops is None, removed.foreseen.keeps_running is None) == (
        is_kept_on_removal,
        not is_kept_on_removal,
    )
    assert replaced.foreseen.action is Action.REPLACES
    assert (replaced.foreseen.stops is None) is is_kept_on_replacement


def test_a_job_whose_condition_no_longer_holds_is_removed() -> None:
    def app(stage: str) -> list[DeclaredStack]:
        conditions = {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}}
        parameters = {"Stage": {"Type": "String", "Default": stage} if stage else {"Type": "String"}}
        resources = {"Job": _job("a", Condition="IsProd")}
        return [_stack("Reports", resources, Conditions=conditions, Parameters=parameters)]

    assert _actions(app("prod"), app("dev")) == {"Job": Action.STOPS}
    assert _actions(app("dev"), app("prod")) == {"Job": Action.STARTS}
    assert _actions(app("dev"), app("dev")) == {}
    assert _actions([], app("")) == {"Job": Action.STARTS}


def test_an_invalid_job_of_the_base_was_not_deployed() -> None:
    invalid = _job("a")
    invalid["Properties"]["RunId"] = ""
    app = [_stack("Reports", {"Job": invalid})]

    assert _actions(app, app) == {"Job": Action.REFUSED}
    assert _actions(app, [_stack("Reports", {"Job": _job("a")})]) == {"Job": Action.STARTS}
    assert _actions(app, [_stack("Reports", {})]) == {"Job": Action.NOTHING}


def test_a_held_job_of_the_base_starts_when_it_is_released() -> None:
    held, released = _job("a"), _job("a")
    held["Properties"]["Hold"] = "true"

    assert _actions([_stack("Reports", {"Job": held})], [_stack("Reports", {"Job": released})]) == {
        "Job": Action.STARTS
    }


def test_a_stack_that_is_no_longer_declared_is_not_reached() -> None:
    assert _actions([_stack("Reports", {"Job": _job("a")})], [_stack("Others", {})]) == {"Job": None}


def test_a_stack_of_another_place_is_another_one() -> None:
    here = replace(_stack("Reports", {"Job": _job("a")}), region="eu-west-1")
    there = replace(here, region="us-east-1")

    pairs = compare([there], [assumed(here)])

    assert [(pair.foreseen and pair.foreseen.action) for pair in pairs] == [Action.STARTS, None]


def _in_a_circle(kind: str) -> list[DeclaredStack]:
    """Stacks that CloudFormation refuses, since what they refer to leads back to them."""
    names = ["A", "B", "C"]
    found = []
    for name, other in zip(names, ["B", "C", "A"], strict=True):
        read: Any = {"Fn::ImportValue": other}
        if kind == "outputs":
            read = {"Fn::GetStackOutput": {"StackName": other, "OutputName": "Out"}}
        twice = {"Fn::Join": ["", [read] * 3]}
        export = {"Fn::Join": ["", [twice, name]]} if kind == "names" else name
        outputs = {"Out": {"Value": twice, "Export": {"Name": export}}}
        found.append(_stack(name, {f"Job{name}": _job(twice)}, Outputs=outputs))
    return found


@pytest.mark.parametrize("kind", ["exports", "outputs", "names"])
def test_stacks_in_a_circle_end(kind: str) -> None:
    began = time.monotonic()
    stacks = _in_a_circle(kind)

    found = _actions(stacks, stacks)

    assert found == {"JobA": Action.NOTHING, "JobB": Action.NOTHING, "JobC": Action.NOTHING}
    assert time.monotonic() - began < 5


def test_nested_stacks_in_a_circle_end() -> None:
    names = {f"N{number}": f"N{(number + 1) % 4}" for number in range(4)}
    resources: dict[str, Any] = {
        name: {
            "Type": STACK_TYPE,
            "Properties": {
                "Parameters": {"P": {"Fn::GetAtt": [other, "Outputs.Out"]}, "Q": {"Fn::GetAtt": [name, "Outputs.Out"]}}
            },
        }
        for name, other in names.items()
    }
    output = {"Out": {"Value": {"Fn::Sub": "${P}${Q}"}}}
    nested = {name: _stack(name, {f"Job{name}": _job({"Ref": "P"})}, Outputs=output) for name in names}
    app = [_stack("Reports", resources, nested)]

    assert set(_actions(app, app).values()) == {Action.NOTHING}


def test_many_exports_take_no_time() -> None:
    """Each output of a chain reads the one before it twice."""
    outputs: dict[str, Any] = {"O0": {"Value": "a", "Export": {"Name": "E0"}}}
    for number in range(60):
        value = (
            {"Fn::Join": ["", [{"Fn::ImportValue": f"E{number}"}] * 2]}
            if number < 6
            else {"Fn::ImportValue": f"E{number}"}
        )
        outputs[f"O{number + 1}"] = {"Value": value, "Export": {"Name": f"E{number + 1}"}}
    app = [_stack("Reports", {"Job": _job({"Fn::ImportValue": "E50"})}, Outputs=outputs)]
    began = time.monotonic()

    assert _actions(app, app) == {"Job": Action.NOTHING}
    assert time.monotonic() - began < 5


def test_what_nobody_can_tell_of_a_base_may_start() -> None:
    """Whether a job is there, and what it reads, is said by the Region, or by a parameter without a default."""
    region = {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}
    stage = {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
    other = {"Fn::Equals": [{"Ref": "Stage"}, "test"]}

    def app(value: Any, condition: Any = region, mapped: str = "a") -> list[DeclaredStack]:
        rest = {"Conditions": {"Is": condition}, "Parameters": {"Stage": {"Type": "String"}}}
        rest["Mappings"] = {"Of": {"eu-west-1": {"run": mapped}}}
        return [_stack("Reports", {"Job": _job(value, Condition="Is")}, **rest)]

    assert _actions(app("a"), app("a")) == {"Job": Action.NOTHING}
    assert _actions(app("a"), app("b")) == {"Job": Action.REPLACES}
    assert _actions([], app("a")) == {"Job": Action.STARTS}
    assert _actions(app("a", stage), app("a", other)) == {"Job": Action.STARTS}
    chosen = [{"Fn::If": ["Is", value, "c"]} for value in ("a", "b")]
    assert _actions(app(chosen[0]), app(chosen[1])) == {"Job": Action.REPLACES}
    found = {"Fn::FindInMap": ["Of", {"Ref": "AWS::Region"}, "run"]}
    assert _actions(app(found), app(found)) == {"Job": Action.NOTHING}
    assert _actions(app(found), app(found, mapped="b")) == {"Job": Action.REPLACES}


def test_a_bucket_is_made_anew_by_the_value_of_its_name() -> None:
    def app(name: str) -> list[DeclaredStack]:
        bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::FindInMap": ["Of", "a", "name"]}}}
        arn = {"Fn::GetAtt": ["Bucket", "Arn"]}
        part = {"Fn::Select": [5, {"Fn::Split": [":", arn]}]}
        resources = {"Bucket": bucket, "Job": _job({"Ref": "Bucket"}), "ByArn": _job(part)}
        return [_stack("Reports", resources, Mappings={"Of": {"a": {"name": name}}})]

    for physical_ids in ({}, {"Bucket": "one"}):
        assert set(_actions(app("one"), app("one"), physical_ids).values()) == {Action.NOTHING}
        assert set(_actions(app("one"), app("two"), physical_ids).values()) == {Action.REPLACES}


def test_a_chain_of_jobs_is_followed_to_its_end() -> None:
    def app(first: str) -> list[DeclaredStack]:
        links = {f"J{number}": _job({"Fn::GetAtt": [f"J{number - 1}", "JobId"]}) for number in range(1, 40)}
        return [_stack("Reports", {"J0": _job(first), **links})]

    assert set(_actions(app("a"), app("b")).values()) == {Action.REPLACES}
    assert set(_actions(app("a"), app("a")).values()) == {Action.NOTHING}


def test_a_template_without_end_takes_no_time() -> None:
    again = {"Fn::FindInMap": ["B", "a", "b"]}
    stack = [_stack("Reports", {"Job": _job(again)}, Mappings={"B": {"a": {"b": [again] * 3}}})]

    assert len(_actions(stack, stack)) == 1
