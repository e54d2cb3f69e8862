"""What every text option of the public interface refuses, also beside a token, and that no error text is long."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from aws_cdk import Aws, Environment, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from cdk_bedrock_batch import (
    BatchDashboard,
    BatchModel,
    BatchServiceRole,
    BatchStorage,
    JobInput,
    ModelInvocationJob,
    Outcome,
    declare_job_files,
    read_job_files,
)
from unit.signatures import parameters

Declare = Callable[..., ModelInvocationJob]
Give = Callable[[Any, Stack, Declare], object]
# Stands for a token in what is collected: the numbers of tokens differ from process to process.
TOKEN = "<token>"
PROFILE = "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-lite-v1:0"
APPLICATION_PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcd1234"
JOB_ARN = "arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/a1b2c3d4e5f6"
MILLION = 1 << 20


@cache
def nightly() -> str:
    """A folder with a job and an environment whose deployments name their run."""
    folder = mkdtemp()
    Path(folder, "job.yaml").write_text(
        "name: job\nmodel: amazon.nova-lite-v1:0\ninput: {bucket: records, key: a.jsonl}\n"
    )
    Path(folder, "environments.yaml").write_text("environments: {prod: {run_id: required}}\n")
    return folder


def application_profile(arn: str, model: str = "amazon.nova-lite-v1:0") -> BatchModel:
    return BatchModel.from_application_inference_profile(arn, foundation_models=[model])


def from_bucket(stack: Stack, **options: Any) -> JobInput:
    return JobInput.from_bucket(s3.Bucket.from_bucket_name(stack, "Theirs", "theirs"), **{"key": "x.jsonl", **options})


def brought(stack: Stack, owner: str) -> BatchStorage:
    bucket = s3.Bucket.from_bucket_name(stack, "Theirs", "theirs")
    return BatchStorage(stack, "S", output_bucket=bucket, output_bucket_owner=owner)


def brought_input(stack: Stack, owner: str) -> BatchStorage:
    bucket = s3.Bucket.from_bucket_name(stack, "Theirs", "theirs")
    return BatchStorage(stack, "S", input_bucket=bucket, input_bucket_owner=owner)


# Every option that takes texts, and how it is given one.
OPTIONS: dict[str, Give] = {
    "BatchDashboard(dashboard_name)": lambda text, stack, declare: BatchDashboard(
        stack, "Dashboard", jobs=[declare(scope=stack)], dashboard_name=text
    ),
    "BatchModel.from_application_inference_profile(foundation_models)": lambda text, _, __: application_profile(
        PROFILE, text
    ),
    "BatchModel.from_application_inference_profile(profile_arn)": lambda text, _, __: application_profile(text),
    "BatchModel.from_custom_model(model_arn)": lambda text, _, __: BatchModel.from_custom_model(text),
    "BatchModel.from_foundation_model(model)": lambda text, _, __: BatchModel.from_foundation_model(text),
    "BatchModel.from_inference_profile(foundation_models)": lambda text, _, __: BatchModel.from_inference_profile(
        PROFILE, foundation_models=[text]
    ),
    "BatchModel.from_inference_profile(profile_arn)": lambda text, _, __: BatchModel.from_inference_profile(
        text, foundation_models=["amazon.nova-lite-v1:0"]
    ),
    "BatchModel.from_model_id(destination_regions)": lambda text, _, __: BatchModel.from_model_id(
        "us.amazon.nova-lite-v1:0", destination_regions=[text]
    ),
    "BatchModel.from_model_id(model)": lambda text, _, __: BatchModel.from_model_id(text),
    "BatchServiceRole(role_path)": lambda text, stack, _: BatchServiceRole(stack, "Role", role_path=text),
    "BatchStorage(input_bucket_owner)": lambda text, stack, _: brought_input(stack, text),
    "BatchStorage(output_bucket_owner)": lambda text, stack, _: brought(stack, text),
    "BatchStorage.grant_read_output(prefix)": lambda text, stack, _: BatchStorage(stack, "S").grant_read_output(
        iam.AccountRootPrincipal(), prefix=text
    ),
    "BatchStorage.grant_write_input(prefix)": lambda text, stack, _: BatchStorage(stack, "S").grant_write_input(
        iam.AccountRootPrincipal(), prefix=text
    ),
    "JobInput.from_bucket(bucket_owner)": lambda text, stack, _: from_bucket(stack, bucket_owner=text),
    "JobInput.from_bucket(digest)": lambda text, stack, _: from_bucket(stack, digest=text),
    "JobInput.from_bucket(key)": lambda text, stack, _: from_bucket(stack, key=text),
    "JobInput.from_bucket(prefix)": lambda text, stack, _: from_bucket(stack, key=None, prefix=text),
    "JobInput.from_file(path)": lambda text, _, __: JobInput.from_file(text),
    "ModelInvocationJob.alarm_when_stuck(model_dimension)": lambda text, stack, declare: declare(
        scope=stack
    ).alarm_when_stuck("Stuck", model_dimension=text),
    "ModelInvocationJob.from_job_arn(job_arn)": lambda text, stack, _: ModelInvocationJob.from_job_arn(
        stack, "Theirs", text
    ),
    "ModelInvocationJob.grant(actions)": lambda text, stack, _: ModelInvocationJob.from_job_arn(
        stack, "Theirs", JOB_ARN
    ).grant(iam.AccountRootPrincipal(), text),
    "ModelInvocationJob.on_outcome(outcomes)": lambda text, stack, declare: declare(
        scope=stack, outcome=Outcome()
    ).on_outcome("Outcome", outcomes=[text]),
    "ModelInvocationJob(job_name_prefix)": lambda text, stack, declare: declare(scope=stack, job_name_prefix=text),
    "ModelInvocationJob(output_prefix)": lambda text, stack, declare: declare(scope=stack, output_prefix=text),
    "ModelInvocationJob(role_path)": lambda text, stack, declare: declare(scope=stack, role_path=text),
    "ModelInvocationJob(run_id)": lambda text, stack, declare: declare(scope=stack, run_id=text),
    "ModelInvocationJob(tags)": lambda text, stack, declare: declare(scope=stack, tags={"key": text}),
    "ModelInvocationJob(tags), a key": lambda text, stack, declare: declare(scope=stack, tags={text: "value"}),
    "declare_job_files(environment)": lambda text, stack, _: declare_job_files(stack, nightly(), environment=text),
    "declare_job_files(folder)": lambda text, stack, _: declare_job_files(stack, text),
    "declare_job_files(run_id)": lambda text, stack, _: declare_job_files(
        stack, nightly(), environment="prod", run_id=text
    ),
    "declare_job_files(stack_name)": lambda text, stack, _: declare_job_files(
        stack, nightly(), environment="prod", run_id="1", stack_name=text
    ),
    "read_job_files(environment)": lambda text, _, __: read_job_files(nightly(), environment=text),
    "read_job_files(folder)": lambda text, _, __: read_job_files(text),
    "read_job_files(run_id)": lambda text, _, __: read_job_files(nightly(), environment="prod", run_id=text),
}
# These make the tree of constructs, where CDK itself says what an id may be.
# What a model is asked may be any text, and a column of a file may have any name: `test_built_records.py` and
# `test_table.py` have them.
ASKED = {
    "JobInput.from_folder(path)",
    "JobInput.from_openai_batch(path)",
    *(f"JobInput.from_prompts({name})" for name in ("texts", "system", "answer_schema")),
    "JobInput.from_records(records)",
    *(f"JobInput.from_table({name})" for name in ("path", "prompt", "system", "answer_schema", "id_column")),
}
IDS = {
    f"{name}(construct_id)"
    for name in (
        "BatchDashboard",
        "BatchServiceRole",
        "BatchStorage",
        "ModelInvocationJob",
        "ModelInvocationJob.alarm_on_error_rate",
        "ModelInvocationJob.alarm_on_failure",
        "ModelInvocationJob.alarm_when_late",
        "ModelInvocationJob.alarm_when_stuck",
        "ModelInvocationJob.from_job_arn",
    )
}
# Options of CDK's own, which reach CloudWatch as they are: a label may have wildcards and `${...}` of its own.
OF_CDK = {
    name
    for name in parameters("str")
    if ".metric_" in name or (".alarm_" in name and name.endswith(("(alarm_name)", "(alarm_description)")))
}
# A rule's own texts, which CDK and EventBridge check, and its place in the tree.
RULES = ("on_state_change", "on_completed", "on_failed", "on_ended", "on_outcome", "on_any_state_change")
OF_RULES = {
    f"ModelInvocationJob.{rule}({name})" for rule in RULES for name in ("construct_id", "description", "rule_name")
}
# A place on this machine: it reaches no template.
PLACES = {"JobInput.from_file(path)", "declare_job_files(folder)", "read_job_files(folder)"}
HOSTILE = {
    "a line break": "a\nb",
    "a line break at the end": "a\n",
    "a line separator": "a\u2028b",
    "NUL": "a\0b",
    "an escape sequence": "a\x1b[2Jb",
    "an override of direction": "a\u202eb",
    "a wildcard": "a*",
    "another wildcard": "a?b",
    "a secret": "{{resolve:secretsmanager:prod}}",
    "a pseudo parameter": "${AWS::AccountId}",
}


def with_tokens(text: str) -> str:
    return text.replace(TOKEN, Aws.STACK_NAME)


def test_every_text_option_is_here() -> None:
    assert parameters("str") == {name.partition(",")[0] for name in OPTIONS} | IDS | ASKED | OF_CDK | OF_RULES


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", sorted(set(OPTIONS) - PLACES))
def test_fails_on_what_means_more_than_a_text(name: str, text: str, stack: Stack, declare: Declare) -> None:
    model = f"arn:{TOKEN}:bedrock:us-east-1::foundation-model/{text}"
    for number, given in enumerate((text, TOKEN + text, text + TOKEN, model)):
        with pytest.raises(ValueError, match=r"must|may hold|is not the id|is a token") as refused:
            OPTIONS[name](with_tokens(given), Stack(stack, f"{number}"), declare)

        assert str(refused.value).isprintable()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:bedrock:us-east-1::foundation-model/{}",
        "arn:aws:bedrock:us-east-1::foundation-model/<token>{}",
        "arn:aws:bedrock:us-east-1::foundation-model/{}<token>",
        "arn:aws:bedrock:<token>{}::foundation-model/amazon.nova-lite-v1:0",
        "arn:aws-{}<token>:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
        "arn:aws-{}:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
        "arn:aws:bedrock:us-east-1:<token>{}:custom-model/<token>",
        "arn:aws:bedrock:us-east-1:111122223333:custom-model/<token>/{}",
    ],
)
def test_fails_on_an_arn_of_more_than_one_model(arn: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"must be the ARN of an Amazon Bedrock model|is not the id of"):
        BatchModel.from_model_id(with_tokens(arn.format(text)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("BatchModel.from_model_id(model)", "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.<token>"),
        ("BatchModel.from_model_id(model)", "arn:aws:bedrock:us-east-1:111122223333:inference-profile/<token>"),
        ("BatchModel.from_model_id(model)", "arn:aws:bedrock:us-east-1:111122223333:<token>/a.b"),
        ("BatchModel.from_foundation_model(model)", "amazon.<token>"),
        ("BatchModel.from_foundation_model(model)", "<token>.nova-lite-v1:0"),
        ("BatchModel.from_inference_profile(foundation_models)", "amazon.<token>"),
        ("BatchModel.from_custom_model(model_arn)", "us.<token>"),
        ("BatchModel.from_custom_model(model_arn)", "<token>:foundation-model/x"),
        ("BatchModel.from_custom_model(model_arn)", "arn:aws:bedrock:us-east-1:abc<token>:custom-model/<token>"),
        ("BatchModel.from_application_inference_profile(profile_arn)", "xx/<token>"),
        ("BatchModel.from_inference_profile(profile_arn)", "arn:aws:bedrock:us-east-1:11112222:custom-model/<token>"),
        ("BatchModel.from_inference_profile(profile_arn)", "arn:aws:bedrock:us-east-1:11112222:inference-<token>/x"),
    ],
)
def test_fails_where_a_token_leaves_open_what_is_meant(name: str, text: str, stack: Stack, declare: Declare) -> None:
    with pytest.raises(ValueError, match=r"must|may hold tokens in an ARN only|does not tell its models"):
        OPTIONS[name](with_tokens(text), stack, declare)


def test_a_token_may_be_called_as_its_maker_likes(stack: Stack, declare: Declare) -> None:
    region = Token.as_string(Aws.REGION, display_hint="the:Region")
    here = Stack(stack, "Here", env=Environment(account="111122223333", region="us-east-1"))
    model = BatchModel.from_model_id(f"arn:aws:bedrock:{region}::foundation-model/amazon.nova-lite-v1:0")

    declare(scope=here, model=model)


@pytest.mark.parametrize("text", ["a", "\0", f"{TOKEN}*", "[", "\u2028"], ids=ascii)
@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_no_error_text_is_long(name: str, text: str, stack: Stack, declare: Declare) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its length is compared
        OPTIONS[name](with_tokens(text) * MILLION, stack, declare)

    assert len(str(refused.value)) < 1_000
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("value", [None, 1, ["a"], {"a": "b"}, b"a"])
@pytest.mark.parametrize(
    "name", ["ModelInvocationJob(run_id)", "ModelInvocationJob(tags)", "BatchModel.from_model_id(model)"]
)
def test_fails_on_what_is_no_text(name: str, value: object, stack: Stack, declare: Declare) -> None:
    with pytest.raises(ValueError, match=r"must be .*, got "):
        OPTIONS[name](value, stack, declare)


@pytest.mark.parametrize(
    "name",
    [
        "JobInput.from_bucket(bucket_owner)",
        "JobInput.from_bucket(digest)",
        "JobInput.from_bucket(key)",
        "JobInput.from_bucket(prefix)",
        "ModelInvocationJob(job_name_prefix)",
        "ModelInvocationJob(output_prefix)",
        "ModelInvocationJob(run_id)",
        "ModelInvocationJob(tags)",
    ],
)
def test_a_token_alone_is_taken(name: str, stack: Stack, declare: Declare) -> None:
    OPTIONS[name](with_tokens(TOKEN), stack, declare)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("JobInput.from_bucket(key)", f"in/{TOKEN}/x-{TOKEN}.jsonl"),
        ("ModelInvocationJob(job_name_prefix)", f"a-{TOKEN}"),
        ("ModelInvocationJob(output_prefix)", f"out/{TOKEN}/"),
        ("ModelInvocationJob(run_id)", f"{TOKEN}-1"),
        ("ModelInvocationJob(tags)", f"team {TOKEN}"),
        ("BatchModel.from_model_id(model)", f"arn:{TOKEN}:bedrock:{TOKEN}::foundation-model/amazon.nova-lite-v1:0"),
        ("BatchModel.from_custom_model(model_arn)", f"arn:aws:bedrock:us-east-1:111122223333:custom-model/{TOKEN}"),
    ],
)
def test_a_token_in_a_good_text_is_taken(name: str, text: str, stack: Stack, declare: Declare) -> None:
    OPTIONS[name](with_tokens(text), stack, declare)
