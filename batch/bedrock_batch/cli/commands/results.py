"""`results`: one row for each record."""

from argparse import Namespace
from collections.abc import Callable
from typing import Any, Final

from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.files import JobFiles
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.cli.jobs import find_one
from bedrock_batch.cli.outcomes import counts_of, declared_rule, told
from bedrock_batch.cli.rows import rows_of
from bedrock_batch.cli.terminal import Terminal
from bedrock_batch.cli.writers import comma_separated, json_lines, openai, parquet
from bedrock_batch.cli.writers.target import target
from bedrock_batch.outcome import OutcomeRule
from bedrock_batch.outcome.judge import compared, is_by_limits, judge
from bedrock_batch.results import Outcome

_WRITE: Final[dict[str, Callable[..., None]]] = {
    "jsonl": json_lines.write,
    "csv": comma_separated.write,
    "openai": openai.write,
    "parquet": parquet.write,
}


def run(options: Namespace, terminal: Terminal) -> Exit:
    """Write the rows of a job, and show the outcomes beside them."""
    is_text = options.format != "parquet"
    if not is_text:
        parquet.check()
    aws = Aws(options.profile, options.region, options.endpoint_url)
    job = find_one(aws, options.target, options.job)
    # The file is opened first: whoever cannot write it need not read a gigabyte.
    with target(options.output, is_text=is_text) as file, rows_of(aws, job) as results:
        _WRITE[options.format](results, job, file)
    notes = [*results.notes]
    declared, counts = _rule_of(aws, job, notes), counts_of(results.outcomes)
    rule = declared or OutcomeRule()
    outcome = judge(job.status, counts, rule)
    beside = f"; {compared(counts, rule)}" if declared and is_by_limits(job.status) else ""
    terminal.note(f"{job.label}: {job.status}, {outcome}. {told(results.outcomes)}{beside}")
    for note in notes:
        terminal.note(f"note: {note}")
    members: dict[str, Any] = {
        "jobArn": job.arn,
        "status": job.status,
        "outcome": outcome,
        "rule": rule.limits(),
        "outcomes": {each: results.outcomes[each] for each in Outcome},
        "output": None if options.output is None else str(options.output),
        "format": options.format,
        "notes": notes,
    }
    terminal.give(members, beside=options.output is None)
    return Exit.GOOD


def _rule_of(aws: Aws, job: FoundJob, notes: list[str]) -> OutcomeRule | None:
    """The declared rule. A run file that cannot be read is no reason to fail: the rows are written."""
    try:
        return declared_rule(JobFiles(aws, job).run_file() or {}, notes)
    except Failure as failure:
        notes.append(str(failure))
        return None
