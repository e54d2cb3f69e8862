"""What the assembly tells `bedrock-batch plan` of a job: what it takes at most, and which ceilings it may exceed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template

from bedrock_batch.plan.told import ABOVE, AMOUNTS, PLANNING
from cdk_bedrock_batch import (
    BatchModel,
    Ceilings,
    InvocationType,
    JobInput,
    ModelInvocationJob,
    Price,
    declare_job_files,
)
from unit.environment_files import refused
from unit.test_environments import records
from unit.test_job_folders import metadata, written

CLAUDE = BatchModel.from_model_id("us.anthropic.claude-haiku-4-5-20251001-v1:0")
TEXTS = [f"What is {number:03} + 1?" for number in range(100)]
MOST_RECORDS = "max_records is 99, and the job has 100 records; leave some out, or raise the ceiling"
Declare = Callable[..., ModelInvocationJob]


def texts(max_tokens: int | None = 200) -> JobInput:
    return JobInput.from_prompts(TEXTS, max_tokens=max_tokens)


def told(stack: Stack, kind: str) -> dict[str, Any]:
    """What the assembly's metadata has of a kind, by the path of the construct."""
    assembly = App.of(stack).synth()  # type: ignore[union-attr]  # a stack of an app
    found = json.loads(Path(assembly.directory, f"{stack.stack_name}.metadata.json").read_bytes())
    return {path: each["data"] for path, entries in found.items() for each in entries if each["type"] == kind}


@pytest.fixture
def planned() -> Stack:
    """A stack whose app is synthesized for a plan."""
    return Stack(App(context={PLANNING: "true"}), "Stack")


def test_a_resource_has_the_amounts_of_its_job(stack: Stack, declare: Declare) -> None:
    job = declare(model=CLAUDE, input=texts(), price=Price(0.5, 2.5))

    assert job.estimate is not None
    assert told(stack, AMOUNTS) == {
        "/Stack/Job/Resource": {"records": 100, "inputTokens": 1393, "mostOutputTokens": 20_000, "usd": "0.0506965"}
    }
    assert Decimal("0.0506965") == job.estimate.usd


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({"input": texts()}, {"usd"}),
        ({"input": texts(None), "invocation_type": InvocationType.CONVERSE}, {"usd", "mostOutputTokens"}),
    ],
    ids=["no price", "no limit"],
)
def test_what_is_not_known_is_left_out(options: Any, missing: set[str], stack: Stack, declare: Declare) -> None:
    declare(model=CLAUDE, **options)
    (amounts,) = told(stack, AMOUNTS).values()

    assert {"records", "inputTokens", "mostOutputTokens", "usd"} - amounts.keys() == missing


@pytest.mark.parametrize(
    ("price", "usd"), [(Price(0), "0"), (Price(1e-9), "0.000000000001393"), (Price(1e9), "1393000")]
)
def test_usd_has_no_exponent(price: Price, usd: str, stack: Stack, declare: Declare) -> None:
    declare(model=CLAUDE, input=texts(), price=price)
    (amounts,) = told(stack, AMOUNTS).values()

    assert amounts["usd"] == usd


def test_records_in_s3_have_no_amounts(stack: Stack, declare: Declare) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Theirs", "theirs")
    declare(input=JobInput.from_bucket(bucket, key="records.jsonl"))

    assert told(stack, AMOUNTS) == {}


@pytest.mark.parametrize("context", [{}, {PLANNING: False}], ids=["none", "false"])
def test_fails_above_a_ceiling_outside_a_plan(context: dict[str, Any], declare: Declare) -> None:
    with pytest.raises(ValueError, match=f"^{MOST_RECORDS}$"):
        declare(scope=Stack(App(context=context), "Stack"), input=texts(), ceilings=Ceilings(max_records=99))


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        (
            {"input": texts(), "ceilings": Ceilings(max_records=99, max_tokens=1)},
            [MOST_RECORDS, "max_tokens is 1, and "],
        ),
        (
            {"input": texts(None), "ceilings": Ceilings(max_tokens=1), "invocation_type": InvocationType.CONVERSE},
            ["max_tokens: 100 records have no limit of output tokens, so nothing bounds the bill; set "],
        ),
    ],
    ids=["amounts", "no limit"],
)
def test_a_plan_has_the_job_and_an_error(options: Any, begins: list[str], planned: Stack, declare: Declare) -> None:
    declare(scope=planned, model=CLAUDE, **options)
    declare("Other", scope=planned, input=texts())

    ((path, above),) = told(planned, ABOVE).items()
    assert path == "/Stack/Job/Resource"
    assert told(planned, AMOUNTS).keys() == {"/Stack/Job/Resource", "/Stack/Other/Resource"}
    assert all(text.startswith(begin) for text, begin in zip(above, begins, strict=True))
    for text in above:
        Annotations.from_stack(planned).has_error("/Stack/Job", f"{text} (Annotation::{ABOVE})")


def test_a_job_below_its_ceilings_is_told_of_none(planned: Stack, declare: Declare) -> None:
    declare(scope=planned, input=texts(), ceilings=Ceilings(max_records=100))

    assert told(planned, ABOVE) == {}
    Annotations.from_stack(planned).has_no_error("*", Match.any_value())


def test_a_plan_changes_no_template(stack: Stack, planned: Stack, declare: Declare) -> None:
    declare(scope=stack, input=texts())
    declare(scope=planned, input=texts(), ceilings=Ceilings(max_records=1))

    assert Template.from_stack(planned).to_json() == Template.from_stack(stack).to_json()


def test_fails_in_a_plan_on_ceilings_of_records_in_s3(planned: Stack, declare: Declare) -> None:
    bucket = s3.Bucket.from_bucket_name(planned, "Theirs", "theirs")
    with pytest.raises(ValueError, match=r"^max_records: the records are in S3, "):
        declare(scope=planned, input=JobInput.from_bucket(bucket, key="a.jsonl"), ceilings=Ceilings(max_records=1))


def test_fails_in_a_plan_on_max_usd_without_any_price(
    planned: Stack, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    with pytest.raises(ValueError, match=r"^the price of the model is not known: "):
        declare(scope=planned, model=CLAUDE, input=texts(), ceilings=Ceilings(max_records=1, max_usd=1))


def test_jobs_of_job_files_say_what_their_refusal_says(tmp_path: Path) -> None:
    folder = tmp_path / "jobs"
    folder.mkdir()
    records(folder)
    ceilings = "ceilings: {max_records: 99, max_tokens: 5000}"
    files = {
        "environments.yaml": f"environments: {{prod: {{overrides: {{a: {{{ceilings}}}, support/b: {{{ceilings}}}}}}}}}",
        "support/deep/c.yaml": "name: c\nmodel: amazon.nova-lite-v1:0\ninput: ../../a.jsonl\n",
    }
    written(folder, files)
    app = App(context={PLANNING: True}, outdir=str(tmp_path / "out"))
    top, below, deep = declare_job_files(app, folder, environment="prod")
    app.synth()

    said = refused(folder, environment="prod")
    for stack, path in ((top, "a.yaml"), (below, "support/b.yaml")):
        (above,) = metadata(tmp_path / "out", stack.stack_name, ABOVE)
        assert [f"{path}:3:8: input: {text}" for text in above] == [each for each in said if each.startswith(path)]
        assert len(above) == 2
    assert metadata(tmp_path / "out", deep.stack_name, ABOVE) == []
    assert [len(metadata(tmp_path / "out", each.stack_name, AMOUNTS)) for each in (top, below, deep)] == [1, 1, 1]
