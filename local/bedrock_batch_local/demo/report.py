"""Tells a person how a job ended, and whether it has answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.demo import results

_SAMPLES = 3
_WIDTH = 100
# A message that gives a reason must not be cut. No message of the service is longer than 2,048 characters.
_MESSAGE_WIDTH = 500


def report(name: str, job: Mapping[str, Any], s3: Any, *, made_up: bool) -> bool:
    """Print status, place, counts, the first error and a few answers of a job.

    ``made_up`` says that no model was called. Returns whether the job completed with at least one answer: a job is
    ``Completed`` even if all its records failed.
    """
    bucket, folder = results.location(job)
    counts = results.manifest(s3, job)
    print(f"\n{name}: {job['status']}{'. ' + _shortened(job['message'], _MESSAGE_WIDTH) if job.get('message') else ''}")
    print(f"  results  s3://{bucket}/{folder}")
    print(f"  counts   {', '.join(f'{name} {value}' for name, value in counts.items()) or 'none'}")
    errors, answers = counts.get("errorRecordCount", 0), counts.get("successRecordCount", 0)
    if errors:
        record_id, question, error = next(results.errors(s3, job))
        print(f"  {errors} of {errors + answers} records failed. The first of them:")
        print(
            f"  {_shortened(record_id)}\n    asks     {_shortened(question)}\n    {_shortened(error, _MESSAGE_WIDTH)}"
        )
    if answers:
        print(f"  {'answers, made up on this machine' if made_up else 'answers'}")
    for record_id, question, answer in results.answers(s3, job, _SAMPLES) if answers else ():
        print(f"  {_shortened(record_id)}\n    asks     {_shortened(question)}\n    answers  {_shortened(answer)}")
    return bool(job["status"] == JobStatus.COMPLETED and answers)


def _shortened(text: str, width: int = _WIDTH) -> str:
    """One line of a record's or a model's text, without characters that control a terminal."""
    line = " ".join(text.split())
    line = line if len(line) <= width else line[: width - 3] + "..."
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line)
