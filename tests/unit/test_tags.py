"""The tags of a job: the same that CloudFormation gives a resource of its own, and checked wherever they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import jsii
import pytest
from aws_cdk import (
    App,
    Aspects,
    Aws,
    CfnElement,
    CfnParameter,
    IAspect,
    NestedStack,
    Stack,
    Stage,
    Tag,
    TagManager,
    Tags,
)
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template
from constructs import Construct, IConstruct
from kernel_calls import counted

from cdk_bedrock_batch import ModelInvocationJob

Declare = Callable[..., ModelInvocationJob]
JOB = "Custom::BedrockModelInvocationJob"
ALLOWED = "letters, digits, spaces and ._:/=+@- characters"


def properties_of(scope: Stack, logical_id: str) -> dict[str, Any]:
    return cast("dict[str, Any]", Template.from_stack(scope).to_json()["Resources"][logical_id].get("Properties", {}))


def logical_id(construct: IConstruct) -> str:
    return cast("str", Stack.of(construct).resolve(cast("CfnElement", construct.node.default_child).logical_id))


def tags_of(job: ModelInvocationJob) -> dict[str, Any]:
    """The tags that the handler is told."""
    told = properties_of(Stack.of(job), logical_id(job))["Job"].get("tags", [])
    assert all(set(tag) == {"key", "value"} for tag in told)
    return {tag["key"]: tag["value"] for tag in told}


def tags_of_bucket(bucket: s3.Bucket) -> dict[str, Any]:
    """The tags that CloudFormation gives a bucket: those of the stacks around it, then those of its own."""
    stack: Stack | None = Stack.of(bucket)
    own = properties_of(Stack.of(bucket), logical_id(bucket)).get("Tags", [])
    tags = {tag["Key"]: tag["Value"] for tag in own}
    while stack is not None:
        parent = stack.nested_stack_parent
        if parent is not None and stack.nested_stack_resource is not None:
            told = properties_of(parent, parent.resolve(stack.nested_stack_resource.logical_id)).get("Tags", [])
            of_stack = {tag["Key"]: tag["Value"] for tag in told}
        else:
            assembly = cast("Stage", Stage.of(stack)).synth()
            of_stack = dict(assembly.get_stack_artifact(stack.artifact_id).tags)
        tags = {**of_stack, **tags}
        stack = parent
    return tags


def late_errors(scope: IConstruct) -> list[str]:
    with pytest.raises(RuntimeError) as error:
        cast("Stage", Stage.of(scope)).synth()
    return [line.partition("] ")[2] for line in str(error.value).split("\n") if line.strip().startswith("[")]


def test_without_tags_the_resource_says_nothing_of_them(stack: Stack, declare: Declare) -> None:
    assert "tags" not in properties_of(stack, logical_id(declare()))["Job"]


def test_the_option_alone_is_a_list_in_the_form_of_the_api_sorted_by_key(stack: Stack, declare: Declare) -> None:
    job = declare(tags={"team": "support", "cost center": "", "env": "dev"})

    assert properties_of(stack, logical_id(job))["Job"]["tags"] == [
        {"key": "cost center", "value": ""},
        {"key": "env", "value": "dev"},
        {"key": "team", "value": "support"},
    ]


def test_the_order_of_the_calls_is_not_in_the_template(declare: Declare) -> None:
    tags = [("b", "2"), ("C", "3"), ("a", "1"), ("cost-center", "5"), ("costCenter", "4")]
    found = []
    for order in (tags, tags[::-1]):
        stack = Stack(App(), "Stack", tags=dict(order[:2]))
        job = declare(scope=stack, tags=dict(order[2:3]))
        for key, value in order[3:]:
            Tags.of(stack).add(key, value)
        for key, value in order:
            Tags.of(job).add(key, value)
        found.append(properties_of(stack, logical_id(job))["Job"]["tags"])

    assert found[0] == found[1]
    assert len(found[0]) == len(tags)


@pytest.mark.parametrize("level", ["app", "stack", "construct", "job"])
def test_a_tag_of_any_level_reaches_the_job(app: App, stack: Stack, declare: Declare, level: str) -> None:
    group = Construct(stack, "Group")
    job = declare(scope=group)
    scopes: Mapping[str, IConstruct] = {"app": app, "stack": stack, "construct": group, "job": job}
    Tags.of(scopes[level]).add("team", "support")

    assert tags_of(job) == {"team": "support"}


def test_a_tag_of_a_stage_reaches_the_jobs_in_it(app: App, declare: Declare) -> None:
    stage = Stage(app, "Prod")
    Tags.of(stage).add("env", "prod")
    Tags.of(app).add("app", "reports")
    stack = Stack(stage, "Tagged", tags={"owner": "stack"})
    job, bucket = declare(scope=stack), s3.Bucket(stack, "Bucket")

    assert tags_of(job) == tags_of_bucket(bucket)
    assert tags_of(job).items() >= {"env": "prod", "owner": "stack"}.items()


def test_the_nearer_tag_wins(app: App, stack: Stack, declare: Declare) -> None:
    job = declare(tags={"a": "option", "b": "option"})
    Tags.of(app).add("a", "app")
    Tags.of(stack).add("a", "stack")
    Tags.of(job).add("a", "job")

    assert tags_of(job) == {"a": "job", "b": "option"}


def test_tags_of_wins_over_the_option_as_it_does_with_resources_of_cdk(stack: Stack, declare: Declare) -> None:
    job = declare(tags={"team": "option", "env": "option"})
    bucket = s3.CfnBucket(stack, "Bucket", tags=[{"key": "team", "value": "option"}, {"key": "env", "value": "option"}])
    Tags.of(stack).add("team", "stack")
    Tags.of(stack).add("env", "stack", priority=10)

    told = properties_of(stack, stack.resolve(bucket.logical_id))["Tags"]
    assert tags_of(job) == {tag["Key"]: tag["Value"] for tag in told} == {"team": "stack", "env": "option"}


def test_a_tag_that_is_removed_is_not_on_the_job(stack: Stack, declare: Declare) -> None:
    job, other = declare(tags={"mine": "1"}), declare("Other")
    Tags.of(stack).add("team", "support")
    Tags.of(job).remove("team")
    Tags.of(job).remove("mine")

    assert (tags_of(job), tags_of(other)) == ({}, {"team": "support"})
    assert "tags" not in properties_of(stack, logical_id(job))["Job"]


def test_a_tag_of_the_stack_can_be_removed_from_a_job(app: App, declare: Declare) -> None:
    stack = Stack(app, "Tagged", tags={"team": "support", "env": "dev"})
    job, other = declare(scope=stack), declare("Other", scope=stack)
    Tags.of(job).remove("team")

    assert (tags_of(job), tags_of(other)) == ({"env": "dev"}, {"team": "support", "env": "dev"})


def test_tags_of_the_stack_come_last(app: App, declare: Declare) -> None:
    stack = Stack(app, "Tagged", tags=dict.fromkeys(["stack", "option", "low", "high"], "stack"))
    # CDK visits the first before what all jobs share, and the second after it.
    jobs = [declare(name, scope=stack, tags={"option": "option"}) for name in ("First", "Second")]
    for job in jobs:
        Tags.of(job).add("low", "aspect", priority=0)
        Tags.of(job).add("high", "aspect")

    for job in jobs:
        assert tags_of(job) == {"stack": "stack", "option": "option", "low": "aspect", "high": "aspect"}


def test_a_tag_that_a_stack_gets_after_the_job_counts(stack: Stack, declare: Declare) -> None:
    job = declare()
    stack.tags.set_tag("late", "1")
    stack.add_stack_tag("later", "2")
    Tags.of(stack).add("stack alone", "3", include_resource_types=["aws:cdk:stack"])

    assert tags_of(job) == {"late": "1", "later": "2", "stack alone": "3"}


def test_a_tag_that_a_stack_loses_after_the_job_does_not_count(app: App, declare: Declare) -> None:
    stack = Stack(app, "Tagged", tags={"team": "support"})
    job = declare(scope=stack)
    stack.tags.remove_tag("team", 50)

    assert tags_of(job) == {}


def test_a_tag_of_a_stack_with_a_token_is_ignored_as_cdk_ignores_it(app: App, declare: Declare) -> None:
    stack = Stack(app, "Tagged", tags={"region": f"in {Aws.REGION}", "env": "dev"})

    assert tags_of(declare(scope=stack)) == {"env": "dev"}


def test_a_nested_stack_has_the_tags_of_the_stacks_around_it(app: App, declare: Declare) -> None:
    stack = Stack(app, "Tagged", tags={"a": "top", "b": "top", "c": "top", "d": "top"})
    outer = NestedStack(stack, "Outer")
    inner = NestedStack(outer, "Inner")
    job, bucket = declare(scope=inner, tags={"d": "option"}), s3.Bucket(inner, "Bucket")
    outer.tags.set_tag("b", "outer")
    outer.tags.set_tag("c", "outer")
    inner.tags.set_tag("c", "inner")
    Tags.of(bucket).add("d", "option")

    assert tags_of(job) == tags_of_bucket(bucket) == {"a": "top", "b": "outer", "c": "inner", "d": "option"}


def test_a_tag_of_a_nested_stack_may_have_a_token(stack: Stack, declare: Declare) -> None:
    nested = NestedStack(stack, "Nested")
    nested.tags.set_tag("place", CfnParameter(stack, "Place").value_as_string)
    job, bucket = declare(scope=nested), s3.Bucket(nested, "Bucket")

    assert tags_of_bucket(bucket) == {"place": {"Ref": "Place"}}
    assert tags_of(job)["place"]["Ref"].startswith("referencetoStackPlace")


@pytest.mark.parametrize("explicit", [True, False], ids=["explicit stack tags", "as before"])
@pytest.mark.parametrize("place", ["stack", "nested", "stage"])
def test_a_job_gets_the_tags_that_a_bucket_gets(declare: Declare, explicit: bool, place: str) -> None:
    app = App(context={"@aws-cdk/core:explicitStackTags": explicit})
    scope: App | Stage = Stage(app, "Stage") if place == "stage" else app
    stack = home = Stack(scope, "Tagged", tags={"a": "option of stack", "b": "option of stack", "z": "option of stack"})
    if place == "nested":
        home = NestedStack(stack, "Nested")
    job, bucket = declare(scope=home), s3.Bucket(home, "Bucket")
    Tags.of(app).add("app", "1")
    Tags.of(scope).add("b", "scope")
    Tags.of(scope).add("low", "scope", priority=1)
    Tags.of(stack).add("c", "stack")
    Tags.of(stack).add("d", "stack", include_resource_types=["aws:cdk:stack"])
    Tags.of(stack).add("e", "stack", exclude_resource_types=["aws:cdk:stack"])
    Tags.of(stack).add("f", "stack", exclude_resource_types=[JOB, "AWS::S3::Bucket"])
    Tags.of(stack).add("g", "stack", include_resource_types=[JOB, "AWS::S3::Bucket"])
    Tags.of(home).add("h", "home")
    Tags.of(home).remove("c")
    stack.tags.set_tag("late", "")
    home.tags.set_tag("home", "1")
    for each in (job, bucket):
        Tags.of(each).add("g", "own")
        Tags.of(each).remove("h")

    # CloudFormation gives a bucket every tag of its stack, whatever CDK has removed from the bucket or left it out of.
    # For a job, CDK's word counts.
    kept_off = {"c", "h", "f"} if place == "nested" and explicit else {"c", "h"}
    assert tags_of(job) == {key: value for key, value in tags_of_bucket(bucket).items() if key not in kept_off}
    assert tags_of(job).items() >= {"a": "option of stack", "b": "scope", "d": "stack", "g": "own", "late": ""}.items()


@pytest.mark.parametrize("explicit", [True, False], ids=["explicit stack tags", "as before"])
def test_a_type_may_be_left_out(declare: Declare, explicit: bool) -> None:
    stack = Stack(App(context={"@aws-cdk/core:explicitStackTags": explicit}), "Stack")
    job = declare(scope=stack)
    Tags.of(stack).add("others", "1", exclude_resource_types=[JOB, "aws:cdk:stack"])
    Tags.of(stack).add("jobs", "1", include_resource_types=[JOB])

    assert tags_of(job) == {"jobs": "1"}


def test_an_aspect_of_ones_own_may_add_tags(stack: Stack, declare: Declare) -> None:
    @jsii.implements(IAspect)
    class Team:
        def visit(self, node: IConstruct) -> None:
            manager = TagManager.of(node)
            if isinstance(node, ModelInvocationJob) and manager is not None:
                manager.set_tag("team", "support")

    job = declare()
    Aspects.of(stack).add(Team(), priority=900)

    assert tags_of(job) == {"team": "support"}


@pytest.mark.parametrize("priority", [500, 900])
def test_cdk_may_apply_aspects_until_nothing_is_added(app: App, stack: Stack, declare: Declare, priority: int) -> None:
    @jsii.implements(IAspect)
    class Tagger:
        def visit(self, node: IConstruct) -> None:
            if isinstance(node, ModelInvocationJob) and node.node.id == "Last":
                Aspects.of(stack).add(Tag("late", "1"), priority=priority)

    declare()
    job = declare("Last", tags={"a": "1"})
    Aspects.of(stack).add(Tagger(), priority=priority)
    stack.tags.set_tag("of stack", "1")
    app.synth(aspect_stabilization=True)

    assert job.cdk_tag_manager.tag_values() == {"a": "1", "late": "1", "of stack": "1"}


def test_its_tag_manager_is_the_one_that_cdk_finds(declare: Declare) -> None:
    job = declare(tags={"team": "support"})

    assert TagManager.of(job) is job.cdk_tag_manager
    assert job.cdk_tag_manager.tag_values() == {"team": "support"}


def test_an_imported_job_has_no_tags(stack: Stack) -> None:
    arn = "arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/a1b2c3d4e5f6"
    job = ModelInvocationJob.from_job_arn(stack, "Theirs", arn)
    Tags.of(stack).add("team", "a value that Bedrock refuses: #")

    assert TagManager.of(job) is None
    Template.from_stack(stack)


def test_a_token_may_be_a_tag(stack: Stack, declare: Declare) -> None:
    job = declare(tags={"option": Aws.REGION})
    Tags.of(stack).add("late", f"in {CfnParameter(stack, 'Place').value_as_string}")

    assert tags_of(job) == {"option": {"Ref": "AWS::Region"}, "late": {"Fn::Join": ["", ["in ", {"Ref": "Place"}]]}}


def test_a_reference_to_another_stack_may_be_a_tag(app: App, declare: Declare) -> None:
    bucket = s3.Bucket(Stack(app, "Theirs"), "Bucket")
    job = declare()
    Tags.of(job).add("bucket", bucket.bucket_name)

    assert list(tags_of(job)["bucket"]) == ["Fn::ImportValue"]


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("owner", "R&D", f"a tag value of 'owner' must be 0 to 256 {ALLOWED}, got 'R&D'"),
        ("Zuständig", "x", f"a tag key must be 1 to 128 {ALLOWED}, got 'Zuständig'"),
        ("AWS:x", "x", "a tag key must not start with aws:, got 'AWS:x'"),
    ],
    ids=["value", "key", "reserved"],
)
@pytest.mark.parametrize("way", ["aspect", "stack"])
def test_fails_on_a_late_tag_that_bedrock_refuses(declare: Declare, key: str, value: str, fault: str, way: str) -> None:
    stack = Stack.of(declare("Before"))
    if way == "aspect":
        Tags.of(stack).add(key, value)
    else:
        stack.tags.set_tag(key, value)
    declare("After")

    advice = f"Tags.of(job).remove({key!r}) removes the tag from the job"
    assert late_errors(stack) == [f"the job Stack/Before and 1 more: {fault}; {advice}"]


def test_fails_on_what_bedrock_refuses_beside_a_token(stack: Stack, declare: Declare) -> None:
    declare()
    Tags.of(stack).add("owner", f"{Aws.REGION}#")

    (error,) = late_errors(stack)
    assert error.startswith(f"the job Stack/Job: a tag value of 'owner' must be 0 to 256 {ALLOWED}, got '")


def test_the_advice_in_that_error_helps(stack: Stack, declare: Declare) -> None:
    Tags.of(stack).add("owner", "R&D")
    stack.tags.set_tag("unit", "R&D")
    job = declare()
    Tags.of(job).remove("owner")
    Tags.of(job).remove("unit")

    assert tags_of(job) == {}


def test_each_tag_that_is_refused_is_told_of_once(stack: Stack, declare: Declare) -> None:
    Tags.of(stack).add("a", "#")
    Tags.of(stack).add("b", "good")
    Tags.of(stack).add("c", "#")
    jobs = [declare(name) for name in ("One", "Two", "Three")]
    Tags.of(jobs[0]).remove("c")

    told = [(error.split(":")[0], error.split("'")[1]) for error in late_errors(stack)]
    assert told == [("the job Stack/One and 2 more", "a"), ("the job Stack/Two and 1 more", "c")]


def test_fails_on_too_many_late_tags(app: App, declare: Declare) -> None:
    stack = Stack(app, "Tagged", tags={"stack": "1"})
    declare(scope=stack, tags={f"option{number}": "" for number in range(199)})
    Tags.of(stack).add("aspect", "1")

    assert late_errors(stack) == [
        "the job Tagged/Job: a job may have 200 tags at most, got 201; Tags.of(job).remove(key) removes a tag from the "
        "job"
    ]


def test_two_hundred_tags_are_taken(app: App, declare: Declare) -> None:
    stack = Stack(app, "Tagged", tags={"stack": "1"})
    job = declare(scope=stack, tags={f"option{number}": "" for number in range(198)})
    Tags.of(stack).add("aspect", "1")

    assert len(tags_of(job)) == 200


def test_a_template_counts_the_tags_that_are_known(app: App, declare: Declare) -> None:
    value = "v" * 256
    sizes: list[int] = []
    for options, tags in ((None, None), ({"k": value}, None), (None, {"k": value}), ({"k": value}, {"k": value})):
        stack = Stack(app, f"Stack{len(sizes)}", tags=options)
        job = declare(scope=stack, tags=tags)
        sizes.append(stack.node.find_child("BedrockBatchHandler")._room.taken_bytes)  # type: ignore[attr-defined]
        assert job.cdk_tag_manager is not None
    plain, of_stack, of_option, of_both = sizes
    assert of_stack == of_option == of_both
    assert 256 < of_stack - plain < 256 + 60


def test_a_tag_of_the_stack_costs_one_call_a_job(declare: Declare) -> None:
    def calls(jobs: int, tags: int) -> int:
        stack = Stack(App(), "Stack", tags={f"tag{number}": "" for number in range(tags)})
        with counted() as found:
            for number in range(jobs):
                declare(f"Job{number}", scope=stack)
            stack.node.root.synth()  # type: ignore[attr-defined]
        return found.total()

    def more(tags: int) -> float:
        return (calls(6, tags) - calls(1, tags)) / 5

    assert more(5) - more(0) <= 5 + 1
