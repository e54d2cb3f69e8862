"""Jobs of other families than Converse, from their records to their output files."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from local.cloud import NOVA, REGION, Cloud, allow, jsonl

from bedrock_batch.families import Question, family_of

MODELS = {
    "amazon.nova-2-multimodal-embeddings-v1:0": 3072,
    "amazon.titan-embed-image-v1:0": 1024,
    "amazon.titan-embed-text-v1": 1536,
    "amazon.titan-embed-text-v2:0": 1024,
    "cohere.embed-english-v3": 1024,
    "cohere.embed-v4:0": 1536,
    "meta.llama3-1-8b-instruct-v1:0": 0,
    "mistral.mistral-7b-instruct-v0:2": 0,
    "qwen.qwen3-32b-v1:0": 0,
}
ANYTHING: list[Any] = [
    None,
    True,
    -1,
    1e400,
    "",
    "\ud83d",
    "user",
    [],
    {},
    [{}],
    {"text": None},
    [{"role": []}],
    {"source": [1]},
]


def invoke(ready: Cloud, model_id: str) -> dict[str, Any]:
    invoke = allow("bedrock:InvokeModel", f"arn:aws:bedrock:{REGION}::foundation-model/{model_id}")
    role = ready.role(*ready.rights("bedrock:InvokeModel"), invoke)
    return ready.finish(role, modelId=model_id, modelInvocationType="InvokeModel")


@pytest.mark.parametrize(("model_id", "size"), MODELS.items())
def test_a_family_is_asked_and_answered_in_its_own_bodies(ready: Cloud, model_id: str, size: int) -> None:
    family = family_of(model_id, converse=False)
    assert family is not None
    assert family.body is not None
    body_of = family.body
    ready.upload(jsonl(100, lambda number: body_of(Question(text=f"report {number} about pump seals"))))

    job = invoke(ready, model_id)
    answers = [family.answer(line["modelOutput"]) for line in ready.output(job, "x.jsonl.out")]

    assert (job["status"], job["successRecordCount"]) == ("Completed", 100)
    assert all(answer.text for answer in answers) is (size == 0)
    vectors = [json.dumps(answer.vectors) for answer in answers]
    assert all(vector.count(",") == max(size - 1, 0) for vector in vectors)
    assert len({(answer.text, vector) for answer, vector in zip(answers, vectors, strict=True)}) > 10


@pytest.mark.parametrize("model_id", [NOVA, "cohere.embed-v4:0", "anthropic.claude-3-haiku-20240307-v1:0"])
def test_no_body_ends_a_job(ready: Cloud, model_id: str) -> None:
    family = family_of(model_id, converse=False)
    assert family is not None
    chosen = random.Random(16)  # noqa: S311  (the same bodies in each run)
    members = [*family.required, *family.optional, "more"]

    def body(_number: int) -> dict[str, Any]:
        return {member: chosen.choice(ANYTHING) for member in chosen.sample(members, chosen.randint(0, 4))}

    ready.upload(jsonl(150, body))

    job = invoke(ready, model_id)

    assert (job["status"], job["processedRecordCount"]) == ("Completed", 150)
    assert job["errorRecordCount"] > 100
    assert {line["error"]["errorCode"] for line in ready.output(job, "x.jsonl.out") if "error" in line} == {400}
