"""Jobs and results that are made up, for the pure parts of the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.families import family_of
from bedrock_batch.results import Results, collect

ARN = "arn:aws:bedrock:eu-west-1:111122223333:model-invocation-job/abcdefabcdef"
MODEL = "amazon.nova-lite-v1:0"


def job(**members: Any) -> FoundJob:
    """A job that has ended."""
    return FoundJob(
        {
            "jobArn": ARN,
            "jobName": "job-1",
            "status": "Completed",
            "modelId": MODEL,
            "modelInvocationType": "Converse",
            "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://in/x.jsonl"}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://out/"}},
            "endTime": datetime(2026, 11, 27, tzinfo=UTC),
            **members,
        }
    )


def answer(text: str, stop_reason: str = "end_turn") -> dict[str, Any]:
    message = {"role": "assistant", "content": [{"text": text}]}
    return {
        "modelOutput": {
            "output": {"message": message},
            "stopReason": stop_reason,
            "usage": {"inputTokens": 7, "outputTokens": 3},
        }
    }


def error(code: int, message: str) -> dict[str, Any]:
    return {"error": {"errorCode": code, "errorMessage": message}}


def _lines(records: Iterable[Mapping[str, Any]]) -> list[bytes]:
    return [json.dumps(record).encode() + b"\n" for record in records]


def results(
    *outputs: Mapping[str, Any] | None,
    columns: Iterable[Mapping[str, Any]] = (),
    status: str = "Completed",
    model: str | None = MODEL,
) -> Results:
    """Results of records `r0`, `r1` and so on, each with this output; None for a record without one."""
    records = _lines({"recordId": f"r{number}", "modelInput": {}} for number in range(len(outputs)))
    output = _lines({"recordId": f"r{number}", **each} for number, each in enumerate(outputs) if each is not None)
    cells = _lines({"recordId": f"r{number}", "columns": each} for number, each in enumerate(columns))
    return collect(
        status,
        {"x.jsonl": lambda: records},
        {"x.jsonl.out": lambda: output},
        None if model is None else family_of(model, converse=model == MODEL),
        columns=lambda: cells,
    )
