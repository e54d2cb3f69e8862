"""Each row of the README's table on what starts a paid job, by two syntheses: before the change and after it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Stack, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from bedrock_batch.run.declaration import JobSpec
from cdk_bedrock_batch import (
    BatchModel,
    BatchServiceRole,
    BatchStorage,
    InvocationType,
    JobInput,
    ModelInvocationJob,
    Outcome,
)
from unit.templates import as_text, is_service_role

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
TABLE = README.partition("| Change | Paid job |")[2].partition("\n\n")[0]
Options = Callable[[Stack, Path], dict[str, Any]]


BODY = {"messages": [{"role": "user", "content": [{"text": "?"}]}]}


def records(folder: Path, name: str, count: int = 100, end: str = "\n") -> JobInput:
    """A file of records; `count` tells one content from another."""
    path = folder / name
    lines = (json.dumps({"recordId": f"r{number}", "modelInput": BODY}) for number in range(count))
    path.write_bytes("".join(line + end for line in lines).encode())
    return JobInput.from_file(path)


def bucket(stack: Stack, name: str = "theirs") -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, name, name)


def key(stack: Stack, name: str = "a") -> kms.IKey:
    arn = f"arn:aws:kms:us-east-1:111122223333:key/{name * 8}-1111-2222-3333-444455556666"
    return kms.Key.from_key_arn(stack, f"Key{name}", arn)


def storage(stack: Stack, **options: Any) -> BatchStorage:
    return BatchStorage(stack, "Storage", **{"input_key": key(stack, "b"), "output_key": key(stack), **options})


def network(stack: Stack) -> dict[str, Any]:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "Vpc", vpc_id="vpc-1", availability_zones=["a"], private_subnet_ids=["subnet-1"]
    )
    return {"vpc": vpc, "security_groups": [ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")]}


def tagged(stack: Stack, _folder: Path) -> dict[str, Any]:
    Tags.of(stack).add("team", "sales")
    return {}


def tagged_stack(stack: Stack, _folder: Path) -> dict[str, Any]:
    stack.tags.set_tag("team", "sales")
    return {}


def from_bucket(stack: Stack, **options: Any) -> dict[str, Any]:
    return {"input": JobInput.from_bucket(bucket(stack), **{"prefix": "in", **options})}


def any_bucket(stack: Stack, _folder: Path) -> dict[str, Any]:
    return from_bucket(stack)


def own_keys(stack: Stack, _folder: Path) -> dict[str, Any]:
    return {"storage": storage(stack)}


def over_regions(_stack: Stack, _folder: Path) -> dict[str, Any]:
    return {"model": BatchModel.from_model_id(GEOGRAPHIC)}


def nothing(_stack: Stack, _folder: Path) -> dict[str, Any]:
    return {}


def table(folder: Path, name: str, columns: str) -> dict[str, Any]:
    """A table of questions; its text is the first of its columns."""
    path = folder / name
    path.write_text("q,a\n" + columns * 100)
    return {"input": JobInput.from_table(path, prompt="{q}"), "invocation_type": InvocationType.CONVERSE}


def a_table(_stack: Stack, folder: Path) -> dict[str, Any]:
    return table(folder, "a.csv", "x,y\n")


def parts(folder: Path, name: str) -> dict[str, Any]:
    """A folder of two files."""
    within = folder / f"folder-{name}"
    within.mkdir(exist_ok=True)
    for each in ("a", name):
        (within / f"{each}.jsonl").write_text(f'{{"modelInput": {json.dumps(BODY)}}}\n' * 50)
    return {"input": JobInput.from_folder(within)}


def a_folder(_stack: Stack, folder: Path) -> dict[str, Any]:
    return parts(folder, "b")


PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcd1234"
GEOGRAPHIC = "us.amazon.nova-lite-v1:0"
# The row of the table that a change stands for, the declaration before and after it, whether it starts a paid job, and
# what becomes of the job's role: "same", "other" (another logical id) or "in place" (other rights under the same one).
CHANGES: dict[str, tuple[str, Options, Options, bool, str]] = {
    "prompts": ("records", nothing, lambda _, folder: {"input": records(folder, "a.jsonl", 101)}, True, "same"),
    "file names of a folder": ("`from_folder`", a_folder, lambda _, folder: parts(folder, "c"), True, "same"),
    "model": ("model", nothing, lambda *_: {"model": BatchModel.from_model_id("amazon.nova-pro-v1:0")}, True, "other"),
    "kind": ("invocation_type", nothing, lambda *_: {"invocation_type": InvocationType.CONVERSE}, True, "same"),
    "bucket": (
        "from_bucket",
        any_bucket,
        lambda stack, _: {"input": JobInput.from_bucket(bucket(stack, "others"), prefix="in")},
        True,
        "other",
    ),
    "prefix": (
        "from_bucket",
        any_bucket,
        lambda stack, _: from_bucket(stack, prefix="on"),
        True,
        "other",
    ),
    "key of an object": (
        "from_bucket",
        any_bucket,
        lambda stack, _: from_bucket(stack, prefix=None, key="in/a.jsonl"),
        True,
        "other",
    ),
    "digest": (
        "`digest=`",
        any_bucket,
        lambda stack, _: from_bucket(stack, digest="a" * 64),
        True,
        "same",
    ),
    "encryption key": (
        "`encryption_key=`",
        any_bucket,
        lambda stack, _: from_bucket(stack, encryption_key=key(stack, "c")),
        True,
        "other",
    ),
    "input bucket": (
        "the storage's input bucket",
        own_keys,
        lambda stack, _: {"storage": storage(stack, input_bucket=bucket(stack))},
        True,
        "other",
    ),
    "input key": (
        "input key",
        own_keys,
        lambda stack, _: {"storage": storage(stack, input_key=key(stack, "c"))},
        True,
        "other",
    ),
    "output bucket": (
        "output bucket",
        own_keys,
        lambda stack, _: {"storage": storage(stack, output_bucket=bucket(stack))},
        True,
        "other",
    ),
    "output prefix": ("prefix or key", nothing, lambda *_: {"output_prefix": "elsewhere"}, True, "other"),
    "output key": (
        "prefix or key",
        own_keys,
        lambda stack, _: {"storage": storage(stack, output_key=key(stack, "c"))},
        True,
        "other",
    ),
    "run id": ("run_id", nothing, lambda *_: {"run_id": "2"}, True, "same"),
    "the same again": ("the same declaration", nothing, lambda *_: {}, False, "same"),
    "line ends": (
        "their ends do not count",
        nothing,
        lambda _, folder: {"input": records(folder, "a.jsonl", end="\r\n")},
        False,
        "same",
    ),
    "tags": ("tags", nothing, lambda *_: {"tags": {"team": "sales"}}, False, "same"),
    "Tags.of": ("`Tags.of`", nothing, tagged, False, "in place"),
    "tags of the stack": ("`Stack(tags=)`", nothing, tagged_stack, False, "same"),
    "columns": ("`from_table`", a_table, lambda _, folder: table(folder, "b.csv", "x,z\n"), False, "same"),
    "text of a table": ("records", a_table, lambda _, folder: table(folder, "c.csv", "w,y\n"), True, "same"),
    "shared role": (
        "service_role",
        nothing,
        lambda stack, _: {"service_role": BatchServiceRole(stack, "Shared")},
        False,
        "other",
    ),
    "from a shared role": (
        "from a shared one",
        lambda stack, _: {"service_role": BatchServiceRole(stack, "Shared")},
        nothing,
        False,
        "other",
    ),
    "brought role": (
        "service_role",
        nothing,
        lambda stack, _: {
            "service_role": iam.Role(stack, "Own", assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"))
        },
        False,
        "other",
    ),
    "network": ("VPC", nothing, lambda stack, _: network(stack), False, "in place"),
    "destinations": (
        "destination_regions",
        over_regions,
        lambda *_: {"model": BatchModel.from_model_id(GEOGRAPHIC, destination_regions=["us-east-1"])},
        False,
        "in place",
    ),
    "condition on the profile": (
        "restrict_to_profile",
        over_regions,
        lambda *_: {"model": BatchModel.from_model_id(GEOGRAPHIC, restrict_to_profile=False)},
        False,
        "in place",
    ),
    "models behind a profile": (
        "foundation_models",
        lambda *_: {
            "model": BatchModel.from_application_inference_profile(PROFILE, foundation_models=["amazon.a-v1:0"])
        },
        lambda *_: {
            "model": BatchModel.from_application_inference_profile(PROFILE, foundation_models=["amazon.b-v1:0"])
        },
        False,
        "in place",
    ),
    "role path": ("role_path", nothing, lambda *_: {"role_path": "/team/"}, False, "in place"),
    "timeout": ("timeout", nothing, lambda *_: {"timeout": Duration.hours(48)}, False, "same"),
    "name": ("job_name_prefix", nothing, lambda *_: {"job_name_prefix": "renamed"}, False, "same"),
    "hold": ("`hold`", nothing, lambda *_: {"hold": True}, False, "same"),
    "outcome": ("`outcome`", nothing, lambda *_: {"outcome": Outcome(max_missing=1)}, False, "same"),
    "notify": ("`notify`", nothing, lambda stack, _: {"notify": sns.Topic(stack, "Topic")}, False, "same"),
    "file name": ("file name", nothing, lambda _, folder: {"input": records(folder, "b.jsonl")}, False, "same"),
}


@cache
def synthesize(options: Options, folder: Path) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
    """What defines the run of a job, its roles by logical id, and all else of IAM."""
    stack = Stack(App(), "Stack")
    declared = {"model": BatchModel.from_model_id("amazon.nova-lite-v1:0"), **options(stack, folder)}
    if "input" not in declared:
        declared["input"] = records(folder, "a.jsonl")
    ModelInvocationJob(stack, "Job", **declared)
    resources = Template.from_stack(stack).to_json()["Resources"]
    ((logical_id, job),) = (
        (name, each) for name, each in resources.items() if each["Type"] == "Custom::BedrockModelInvocationJob"
    )
    assert logical_id == "JobB9D00F9F", "another logical id would be another resource, and another job"
    roles = {name: each for name, each in resources.items() if each["Type"] == "AWS::IAM::Role"}
    service = {name: each["Properties"] for name, each in roles.items() if is_service_role(each)}
    return JobSpec.parse(_as_delivered(as_text(job["Properties"]))).defining(), service, roles


def _as_delivered(value: Any) -> Any:
    """What CloudFormation would put in place of its functions: a text for each that is the same for the same."""
    match value:
        case str():
            return re.sub(r"\$\{([\w:.]+)\}", lambda found: re.sub(r"[^a-z0-9-]", "-", found[1].lower()), value)
        case dict():
            return {name: _as_delivered(item) for name, item in value.items()}
        case list():
            return [_as_delivered(item) for item in value]
        case _:
            return value


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of all files of records: what several changes start from is synthesized once."""
    return tmp_path_factory.mktemp("records")


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_costs_what_the_readme_says_and_takes_no_right_that_it_does_not_name(name: str, folder: Path) -> None:
    row, before, after, pays, role = CHANGES[name]
    assert row in TABLE
    run, roles, all_roles = synthesize(before, folder)
    new_run, new_roles, all_new_roles = synthesize(after, folder)

    assert (run != new_run) is pays
    if role == "same":
        assert roles == new_roles
    elif role == "in place":
        assert list(roles) == list(new_roles)
        assert roles != new_roles
    else:
        assert not set(roles) & set(new_roles)
    if name in {"prompts", "run id"}:
        assert all_roles == all_new_roles


def test_every_row_of_the_table_that_a_declaration_can_change_is_here() -> None:
    options = set(re.findall(r"`([a-z_]+)=?`", TABLE)) - {"name"}  # of a job file: the construct id
    tried = set(re.findall(r"\w+", " ".join(row for row, *_ in CHANGES.values())))
    assert len(options) > 10
    assert options - tried == set()
