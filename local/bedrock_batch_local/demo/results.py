"""The output of a finished job in S3: the counts of its manifest, and a few answers to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from bedrock_batch.manifest import MANIFEST_NAME, folder_of, is_output


def manifest(s3: Any, job: Mapping[str, Any]) -> dict[str, int]:
    """The job's ``manifest.json.out``. Empty if there is none."""
    bucket, folder = location(job)
    try:
        return dict(json.loads(s3.get_object(Bucket=bucket, Key=f"{folder}{MANIFEST_NAME}")["Body"].read()))
    except s3.exceptions.NoSuchKey:
        return {}


def answers(s3: Any, job: Mapping[str, Any], count: int) -> list[tuple[str, str, str]]:
    """The first answers: record id, question, answer."""
    good = (record for record in _records(s3, job) if "error" not in record)
    return [(_id(record), question(record["modelInput"]), answer(record)) for record in islice(good, count)]


def errors(s3: Any, job: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The records without an answer: record id, question, error."""
    for record in _records(s3, job):
        if "error" in record:
            yield _id(record), question(record["modelInput"]), answer(record)


def location(job: Mapping[str, Any]) -> tuple[str, str]:
    """Bucket and folder of the job's output."""
    folder = folder_of(job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"], job["jobArn"].rpartition("/")[2])
    return folder.bucket, folder.key


def question(model_input: Any) -> str:
    """The last user text of a request body. The body itself if it has none."""
    match model_input:
        case {"messages": [*_, {"content": content}]} if text := _text(content):
            return text
        case _:
            return json.dumps(model_input, ensure_ascii=False)


def answer(record: Mapping[str, Any]) -> str:
    """The text of an answer in any of the response bodies, or the record's error."""
    if "error" in record:
        return f"error {record['error'].get('errorCode')}: {record['error'].get('errorMessage')}"
    match record["modelOutput"]:
        case {"output": {"message": {"content": content}}} | {"content": content} if text := _text(content):
            return text
        case output:
            return json.dumps(output, ensure_ascii=False)


def _id(record: Mapping[str, Any]) -> str:
    return str(record["recordId"])


def _text(content: Any) -> str:
    """The text of a message's content. Empty if it has none: a record may contain anything."""
    match content:
        case str():
            return content
        case [*parts]:
            return " ".join(
                part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)
            )
        case _:
            return ""


def _records(s3: Any, job: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    bucket, folder = location(job)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder)
    for key in (item["Key"] for page in pages for item in page.get("Contents", [])):
        if is_output(key):
            for line in s3.get_object(Bucket=bucket, Key=key)["Body"].iter_lines():
                yield json.loads(line)
