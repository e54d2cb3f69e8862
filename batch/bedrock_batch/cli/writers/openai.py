"""The output file of OpenAI's batch API: `custom_id`, and `response` or `error`.

Source: OpenAI API Reference, "Batch", the request output object.
"""

import json
from typing import IO, Any, Final

from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.results import Outcome, Results, Row

_FINISH_REASONS: Final = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_use": "tool_calls",
    "content_filtered": "content_filter",
    "guardrail_intervened": "content_filter",
}


def write(results: Results, job: FoundJob, file: IO[str]) -> None:
    """Write the rows. Other outcomes than an answer are errors, as OpenAI writes those of an expired batch."""
    for number, row in enumerate(results, 1):
        name = f"batch_req_{number}"
        line: dict[str, Any] = {"id": name, "custom_id": row.record_id, "response": None, "error": None}
        if row.outcome in (Outcome.SUCCESS, Outcome.INVALID_OUTPUT):
            line["response"] = {"status_code": 200, "request_id": name, "body": _body(row, job, name)}
        else:
            code = row.error_code or f"batch_{row.outcome}"
            line["error"] = {"code": str(code), "message": row.error_message or f"the record is {row.outcome}"}
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _body(row: Row, job: FoundJob, name: str) -> dict[str, Any]:
    if row.vectors is not None:
        data = [
            {"object": "embedding", "index": number, "embedding": vector}
            for number, vector in enumerate(_vectors(row.vectors))
        ]
        usage = {"prompt_tokens": row.input_tokens, "total_tokens": row.input_tokens}
        return {"object": "list", "data": data, "model": job.model_id, "usage": usage}
    text = row.text if row.text is not None else json.dumps(row.output, ensure_ascii=False)
    reason = _FINISH_REASONS.get(row.stop_reason or "", row.stop_reason)
    counts = (row.input_tokens, row.output_tokens)
    ended = job.moment("endTime")
    return {
        "id": name,
        "object": "chat.completion",
        "created": int(ended.timestamp()) if ended else 0,
        "model": job.model_id,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}],
        "usage": {
            "prompt_tokens": counts[0],
            "completion_tokens": counts[1],
            "total_tokens": None if None in counts else sum(each or 0 for each in counts),
        },
    }


def _vectors(found: Any) -> list[Any]:
    """Each vector. OpenAI has one type of them: of vectors by type, those of floats, else the first type."""
    if isinstance(found, dict):
        found = found.get("float", next(iter(found.values()), []))
    return found if isinstance(found, list) and found and isinstance(found[0], list) else [found]
