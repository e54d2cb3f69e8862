"""Every attribute of every public class is a proper reference, from whichever stack it is used."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, NestedStack, Stack, Stage
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template
from constructs import Construct

from cdk_bedrock_batch import BatchModel, BatchServiceRole, BatchStorage, JobInput, ModelInvocationJob
from unit.signatures import CLASSES

# Where the constructs are, and where they are used: every way in which CDK lets two stacks meet.
PLACES: dict[str, Callable[[App], tuple[Construct, Construct]]] = {
    "the same stack": lambda app: (both := Stack(app, "Both"), both),
    "another stack": lambda app: (Stack(app, "Ours"), Stack(app, "Theirs")),
    "a nested stack": lambda app: (ours := Stack(app, "Ours"), NestedStack(ours, "Theirs")),
    "the parent of a nested stack": lambda app: (NestedStack(theirs := Stack(app, "Theirs"), "Ours"), theirs),
    "a nested stack beside it": lambda app: (
        NestedStack(parent := Stack(app, "Parent"), "Ours"),
        NestedStack(parent, "Theirs"),
    ),
    "a stack of the same stage": lambda app: (Stack(stage := Stage(app, "Stage"), "Ours"), Stack(stage, "Theirs")),
}
# Texts that people read or put into policies of others, and files on this machine; nothing to refer to.
NOT_REFERRED_TO = {
    *("BatchDashboard", "BatchHandler", "CdkNag2Suppressions", "Ceilings", "Estimate", "JobFile", "JobInput"),
    *("Outcome", "Price", "RequiredPolicy"),
}
LITERAL = {"BatchServiceRole.role_path", "BatchModel.geography"}


OF_RESOURCES = ("bucket_arn", "bucket_name", "key_arn", "key_id", "role_arn", "role_name")


@pytest.fixture
def made(prompts: Path) -> Callable[[Construct], list[object]]:
    """One of each public class, in ways that differ in what their attributes come from."""

    def make(scope: Construct) -> list[object]:
        nova, file = BatchModel.from_model_id("amazon.nova-lite-v1:0"), JobInput.from_file(prompts)
        role, storage = BatchServiceRole(scope, "SharedRole"), BatchStorage(scope, "Storage")
        brought = iam.Role(scope, "Brought", assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"))
        in_bucket = JobInput.from_bucket(storage.input_bucket, prefix="in")
        network = ec2.Vpc.from_vpc_attributes(
            scope, "Vpc", vpc_id="vpc-1", availability_zones=["a"], private_subnet_ids=["subnet-1"]
        )
        group = ec2.SecurityGroup.from_security_group_id(scope, "Group", "sg-1")
        return [
            storage,
            role,
            BatchStorage(scope, "Default", use_bucket_default_encryption=True),
            *(
                BatchModel.from_model_id(model)
                for model in ("amazon.nova-lite-v1:0", "us.openai.gpt-5.6-sol", "global.amazon.nova-2-lite-v1:0")
            ),
            ModelInvocationJob(scope, "Plain", model=nova, input=file),
            ModelInvocationJob(scope, "Shared", model=nova, input=in_bucket, storage=storage, service_role=role),
            ModelInvocationJob(scope, "WithRole", model=nova, input=file, storage=storage, service_role=brought),
            ModelInvocationJob(scope, "InVpc", model=nova, input=file, vpc=network, security_groups=[group]),
        ]

    return make


def attributes(thing: object) -> Iterator[tuple[str, str]]:
    """Every public attribute that is a text, and the names and ARNs of those that are resources."""
    names = {*dir(type(thing)), *getattr(thing, "__dict__", {})}
    for name in sorted(name for name in names if not name.startswith("_") and name != "node"):
        value = getattr(thing, name)
        for each in value if isinstance(value, tuple) else (value,):
            texts = (each, *(getattr(each, part, None) for part in OF_RESOURCES))
            yield from ((name, text) for text in texts if isinstance(text, str))


def use(scope: Construct, things: list[object]) -> set[str]:
    """Give every attribute out of a stack; the names of those that were found."""
    found = set()
    numbers = itertools.count()
    for thing in things:
        for name, text in attributes(thing):
            found.add(f"{type(thing).__name__}.{name}")
            CfnOutput(scope, f"Output{next(numbers)}", value=text)
    return found


def undefined(template: dict[str, Any]) -> set[str]:
    """What a template refers to and does not have, and texts that CloudFormation would not substitute."""
    defined = {*template.get("Resources", {}), *template.get("Parameters", {})}
    return {
        name for name in referred(template) if name.partition(".")[0] not in defined and not name.startswith("AWS::")
    }


def referred(value: Any) -> Iterator[str]:
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), _]} | {"Fn::GetAtt": str(name)}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from re.findall(r"\$\{([^!}]+)\}", text)
        case dict():
            for item in value.values():
                yield from referred(item)
        case list():
            for item in value:
                yield from referred(item)
        case str() if "${" in value:
            yield f"not substituted: {value}"


def templates(app: App) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every template of an app, those of nested stacks and stages too."""
    folder = Path(app.synth().directory)
    for path in sorted(folder.rglob("*.template.json")):
        yield path.name, json.loads(path.read_text())


@pytest.mark.parametrize("place", PLACES)
def test_it_is_defined_where_it_is_used(place: str, made: Callable[[Construct], list[object]], tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path / "out"))
    ours, theirs = PLACES[place](app)

    use(theirs, made(ours))

    assert {name: undefined(template) for name, template in templates(app)} == {
        name: set() for name, _ in templates(app)
    }


def test_from_another_stage_cdk_itself_says_no(made: Callable[[Construct], list[object]]) -> None:
    app = App()
    ours, theirs = Stack(Stage(app, "Ours"), "Stack"), Stack(Stage(app, "Theirs"), "Stack")
    (job, *_) = [thing for thing in made(ours) if isinstance(thing, ModelInvocationJob)]
    CfnOutput(theirs, "Uri", value=job.output_uri)

    with pytest.raises(RuntimeError, match="cannot cross stage boundaries"):
        Template.from_stack(theirs)


def test_no_public_class_and_no_attribute_is_forgotten(stack: Stack, made: Callable[[Construct], list[object]]) -> None:
    things = made(stack)
    annotated = {
        f"{owner.__name__}.{name}"
        for owner in CLASSES
        if owner.__name__ not in NOT_REFERRED_TO
        for base in owner.__mro__
        for name, kind in getattr(base, "__annotations__", {}).items()
        if not name.startswith("_") and "bool" not in str(kind)
    }

    assert {type(thing).__name__ for thing in things} == {owner.__name__ for owner in CLASSES} - NOT_REFERRED_TO
    assert annotated <= use(stack, things)
    assert use(Stack(stack, "Again"), things) >= LITERAL
