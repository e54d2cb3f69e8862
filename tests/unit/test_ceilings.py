"""The estimate of a job, and ceilings that refuse it at synthesis, for each way to give records."""

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
from aws_cdk.assertions import Template

from cdk_bedrock_batch import BatchModel, Ceilings, Estimate, InvocationType, JobInput, ModelInvocationJob, Price

Declare = Callable[..., ModelInvocationJob]
CLAUDE = BatchModel.from_model_id("us.anthropic.claude-haiku-4-5-20251001-v1:0")
PRICE = Price(0.5, 2.5)
TEXTS = [f"What is {number:03} + 1?" for number in range(100)]
# 16 bytes of 2.7 a token, and 8 tokens around each text.
TOKENS = 593 + 800


def chat(number: int) -> dict[str, Any]:
    messages = [{"role": "user", "content": TEXTS[number]}]
    body = {"model": "gpt-4o-mini", "messages": messages, "max_tokens": 200}
    return {"custom_id": f"R{number}", "method": "POST", "url": "/v1/chat/completions", "body": body}


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def record(number: int, max_tokens: int = 200) -> dict[str, Any]:
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": max_tokens,
        "messages": [{"role": "user", "content": [{"type": "text", "text": TEXTS[number]}]}],
    }
    return {"recordId": f"R{number}", "modelInput": body}


def a_file(folder: Path) -> JobInput:
    return JobInput.from_file(written(folder / "records.jsonl", [record(number) for number in range(100)]))


def a_folder(folder: Path) -> JobInput:
    written(folder / "a.jsonl", [record(number) for number in range(30)])
    written(folder / "b.jsonl", [record(number) for number in range(30, 100)])
    return JobInput.from_folder(folder)


def a_table(folder: Path) -> JobInput:
    rows = written(folder / "table.jsonl", [{"text": text, "other": "x" * 99} for text in TEXTS])
    return JobInput.from_table(rows, prompt="{text}", max_tokens=200)


INPUTS: dict[str, Callable[[Path], JobInput]] = {
    "from_file": a_file,
    "from_folder": a_folder,
    "from_prompts": lambda _: JobInput.from_prompts(TEXTS, max_tokens=200),
    "from_records": lambda _: JobInput.from_records([record(number) for number in range(100)]),
    "from_table": a_table,
    "from_openai_batch": lambda folder: JobInput.from_openai_batch(
        written(folder / "batch.jsonl", [chat(number) for number in range(100)])
    ),
}


FORMS = [
    *((name, InvocationType.INVOKE_MODEL) for name in INPUTS),
    # The others are bodies of Claude already.
    *((name, InvocationType.CONVERSE) for name in ("from_prompts", "from_table", "from_openai_batch")),
]


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_the_estimate_is_the_same_however_records_are_given(
    name: str, form: InvocationType, declare: Declare, tmp_path: Path
) -> None:
    job = declare(model=CLAUDE, input=INPUTS[name](tmp_path), invocation_type=form, price=PRICE)
    member = "modelInput.max_tokens" if form is InvocationType.INVOKE_MODEL else "modelInput.inferenceConfig.maxTokens"

    assert job.estimate == Estimate(
        records=100,
        input_tokens=TOKENS,
        most_output_tokens=20_000,
        usd=(TOKENS * Decimal("0.5") + 20_000 * Decimal("2.5")) / 1_000_000,
        limit_member=member,
    )


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("ceilings", [{"max_records": 99}, {"max_tokens": 21_000}, {"max_usd": 0.05}], ids=str)
def test_fails_on_a_job_that_may_exceed_a_ceiling(
    name: str, ceilings: dict[str, Any], declare: Declare, tmp_path: Path
) -> None:
    (ceiling,) = ceilings
    with pytest.raises(ValueError, match=rf"^{ceiling} is .*, and the job (has|may) "):
        declare(model=CLAUDE, input=INPUTS[name](tmp_path), ceilings=Ceilings(**ceilings), price=PRICE)


def test_ceilings_price_and_estimate_are_in_no_template(declare: Declare, prompts: Path) -> None:
    """Another ceiling is not another run."""
    plain, bounded = (Stack(App(), "Stack") for _ in range(2))
    declare(scope=plain, input=JobInput.from_file(prompts))
    declare(scope=bounded, input=JobInput.from_file(prompts), ceilings=Ceilings(max_records=100), price=PRICE)

    assert Template.from_stack(bounded).to_json() == Template.from_stack(plain).to_json()


def test_an_embedding_has_no_output(declare: Declare) -> None:
    model = BatchModel.from_model_id("amazon.titan-embed-text-v2:0")
    job = declare(model=model, input=JobInput.from_prompts(TEXTS), ceilings=Ceilings(max_usd=1), price=Price(0.01))

    assert job.estimate is not None
    assert (job.estimate.most_output_tokens, job.estimate.usd) == (0, Decimal("0.00001334"))


def test_a_default_of_the_model_is_a_limit(declare: Declare) -> None:
    model = BatchModel.from_model_id("us.meta.llama3-3-70b-instruct-v1:0")
    job = declare(model=model, input=JobInput.from_prompts(TEXTS), ceilings=Ceilings(max_tokens=60_000))

    assert job.estimate is not None
    assert job.estimate.most_output_tokens == 51_200


def test_fails_on_records_without_a_limit(declare: Declare) -> None:
    """`max_records` does not need one."""
    declare("Counted", ceilings=Ceilings(max_records=100))
    text = "max_tokens: 100 records have no limit of output tokens, so nothing bounds the bill; set "
    with pytest.raises(ValueError, match=f"^{text}modelInput.inferenceConfig.maxTokens in each record$"):
        declare(ceilings=Ceilings(max_tokens=10**9))


def test_a_model_that_is_not_known_has_an_estimate(declare: Declare, tmp_path: Path) -> None:
    profile = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcd1234"
    model = BatchModel.from_application_inference_profile(profile, foundation_models=["made.up-v1:0"])
    job = declare(model=model, input=a_file(tmp_path), ceilings=Ceilings(max_records=30_000))

    assert job.estimate is not None
    assert (job.estimate.input_tokens, job.estimate.limit_member) == (800 + 800, None)
    with pytest.raises(ValueError, match=r"^max_tokens: the form of the model's records is not known here"):
        declare("Other", model=model, input=a_file(tmp_path), ceilings=Ceilings(max_tokens=30_000))


@pytest.mark.parametrize("ceilings", [{"max_records": 1}, {"max_tokens": 1}, {"max_usd": 1}], ids=str)
def test_fails_on_ceilings_of_records_in_s3(ceilings: dict[str, Any], stack: Stack, declare: Declare) -> None:
    theirs = JobInput.from_bucket(s3.Bucket.from_bucket_name(stack, "Theirs", "theirs"), key="records.jsonl")
    with pytest.raises(ValueError, match=r"^max_\w+: the records are in S3, so their number and size are not known"):
        declare(input=theirs, ceilings=Ceilings(**ceilings))

    assert declare("NoCeilings", input=theirs, price=PRICE).estimate is None


def test_fails_on_max_usd_without_any_price(declare: Declare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    with pytest.raises(ValueError, match=r"^the price of the model is not known: give it as price=Price\("):
        declare(model=CLAUDE, input=a_file(tmp_path), ceilings=Ceilings(max_usd=5))

    declare("Given", model=CLAUDE, input=a_file(tmp_path), ceilings=Ceilings(max_usd=5), price=PRICE)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (CLAUDE, "us.anthropic.claude-haiku-4-5-20251001-v1:0"),
        (BatchModel.from_model_id("amazon.nova-lite-v1:0"), "amazon.nova-lite-v1:0"),
        (
            BatchModel.from_application_inference_profile(
                "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcd1234",
                foundation_models=["amazon.nova-lite-v1:0"],
            ),
            "amazon.nova-lite-v1:0",
        ),
        (
            BatchModel.from_application_inference_profile(
                "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcd1234",
                foundation_models=["amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"],
            ),
            "abcd1234",
        ),
    ],
)
def test_a_list_of_prices_is_asked_for_the_profile_or_the_one_model(model: BatchModel, name: str) -> None:
    assert model._priced_as().rpartition("/")[2] == name
