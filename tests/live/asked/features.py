"""What a record may ask for, told by the answer to each, and what a job and its Region show."""

from __future__ import annotations

import json
from typing import Any

from live.asked.setting import Setting
from live.catalog import Finding
from live.places import objects_under, output_folder
from live.records import LEAST, MAX_TOKENS, converse, records

_WEATHER = {"toolSpec": {"name": "weather", "inputSchema": {"json": {"type": "object"}}}}
_SCHEMA = json.dumps({"type": "object", "properties": {"word": {"type": "string"}}, "additionalProperties": False})
_STRUCTURED = {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"name": "w", "schema": _SCHEMA}}}}
_FEATURES: dict[str, dict[str, Any]] = {
    "tools": {"toolConfig": {"tools": [_WEATHER]}},
    "structured-output": {"outputConfig": _STRUCTURED},
}


def record_features(setting: Setting) -> list[Finding]:
    """One job with a record for each feature among plain ones."""
    special = b"".join(_line(key, converse("x", **members)) for key, members in _FEATURES.items())
    uri = setting.upload("features.jsonl", special + records(LEAST - len(_FEATURES)))
    job = setting.jobs.ended(setting.jobs.start(**setting.jobs.names(), **setting.reading(uri)))
    if job["status"] != "Completed":
        said = f"{job['status']}: {job.get('message', 'no message')}"
        return [Finding(key, "the job as a whole did not complete", said) for key in _FEATURES]
    answers = _answers(setting, job)
    return [_feature(key, answers.get(key, {})) for key in _FEATURES]


def shown_of_a_job(setting: Setting) -> list[Finding]:
    """The timeout that a job has by default, and the metrics of the Region."""
    job = setting.base
    hours = (
        (job["jobExpirationTime"] - job["submitTime"]).total_seconds() / 3600 if "jobExpirationTime" in job else None
    )
    pages = setting.account.client("cloudwatch").get_paginator("list_metrics").paginate(Namespace="AWS/Bedrock/Batch")
    metrics = [metric for page in pages for metric in page["Metrics"]]
    names = sorted({metric["MetricName"] for metric in metrics})
    dimensions = sorted({each["Name"] for metric in metrics for each in metric["Dimensions"]})
    return [
        Finding(
            "default-timeout",
            f"{job.get('timeoutDurationInHours', 'not shown')} h",
            f"jobExpirationTime is {'not shown' if hours is None else f'{hours:.1f} h after submitTime'}",
        ),
        Finding("metrics", ", ".join(names) or "none", f"dimensions {', '.join(dimensions) or 'none'}"),
    ]


def _line(record_id: str, body: dict[str, Any]) -> bytes:
    return json.dumps({"recordId": record_id, "modelInput": body}).encode() + b"\n"


def _answers(setting: Setting, job: dict[str, Any]) -> dict[str, dict[str, Any]]:
    s3 = setting.account.client("s3")
    bucket, folder = output_folder(job)
    lines = [
        json.loads(line)
        for key in objects_under(s3, bucket, folder)
        if key.endswith(".jsonl.out")
        for line in s3.get_object(Bucket=bucket, Key=key)["Body"].iter_lines()
    ]
    return {line["recordId"]: line for line in lines}


def _feature(key: str, line: dict[str, Any]) -> Finding:
    if "error" in line:
        return Finding(
            key, f"the record fails, {line['error'].get('errorCode')}", str(line["error"].get("errorMessage"))
        )
    output = json.dumps(line.get("modelOutput"))[: 40 * MAX_TOKENS]
    return Finding(key, "the record is answered" if line else "the record is missing", output if line else "")
