"""What tests of the builders of records share."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from aws_cdk import App, Stack

from bedrock_batch.families import Answer, Family, Question, family_of
from cdk_bedrock_batch import BatchModel, InvocationType, JobInput, ModelInvocationJob

CLAUDE: Final = "anthropic.claude-haiku-4-5-20251001-v1:0"
TEXTS: Final = [f"What is {number} plus 1?" for number in range(100)]
# As CDK writes `Aws.REGION`.
TOKEN: Final = "${Token[AWS.Region.4]}"
CONVERSE: Final = family_of("", converse=True)


_ANTHROPIC = family_of(CLAUDE, converse=False)
assert _ANTHROPIC is not None
ANTHROPIC: Final = _ANTHROPIC


def built_family(
    name: str, body: Any, *, takes_schema: bool = False, known: tuple[str, ...] = (), **more: Any
) -> Family:
    return replace(
        ANTHROPIC,
        name=name,
        required=(),
        optional=frozenset(known),
        values={},
        faults=None,
        body=body,
        takes_schema=takes_schema,
        answer=lambda _body: Answer(),
        **more,
    )


def _chat(question: Question) -> dict[str, Any]:
    system = [] if question.system is None else [{"role": "system", "content": question.system}]
    body: dict[str, Any] = {"messages": [*system, {"role": "user", "content": question.text}]}
    return body | ({} if question.max_tokens is None else {"max_tokens": question.max_tokens})


def _prompt(question: Question) -> dict[str, Any]:
    body: dict[str, Any] = {"prompt": f"<s>{question.system or ''}{question.text}</s>"}
    return body | ({} if question.max_tokens is None else {"max_gen_len": question.max_tokens})


CHAT: Final = built_family(
    "Chat", _chat, known=("messages", "max_tokens", "temperature", "top_p", "stop", "tools", "response_format")
)
PROMPT: Final = built_family("Prompt", _prompt, known=("prompt", "max_gen_len", "top_p"))
EMBEDDING: Final = built_family(
    "Embedding",
    lambda question: {"inputText": question.text},
    known=("inputText", "dimensions"),
    dimensions=frozenset({256, 512}),
)
EMBEDDING_OF_ONE_SIZE: Final = built_family(
    "Old embedding",
    lambda question: {"inputText": question.text},
    known=("inputText",),
    dimensions=frozenset({1536}),
)
NO_TEXT: Final = built_family("Images", None)


def bodies(built: JobInput, family: Family | None) -> list[dict[str, Any]]:
    """The request bodies of built records."""
    return [record["modelInput"] for record in records(built, family)]


def records(built: JobInput, family: Family | None) -> list[dict[str, Any]]:
    """Built records for a family."""
    return [json.loads(line) for line in built.source.lines(family)]  # type: ignore[attr-defined]  # of what is built


def uploaded(built: JobInput, folder: Path, invocation_type: InvocationType, model: str = CLAUDE) -> dict[str, bytes]:
    """What the assembly of a job holds for its upload, and the template, by file name."""
    app = App(outdir=str(folder))
    stack = Stack(app, "Stack")
    ModelInvocationJob(
        stack, "Job", model=BatchModel.from_model_id(model), input=built, invocation_type=invocation_type
    )
    app.synth()
    files = [*folder.glob("asset.*.jsonl"), folder / "Stack.template.json", folder / "Stack.assets.json"]
    return {file.name: file.read_bytes() for file in files}
