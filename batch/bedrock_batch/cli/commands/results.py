"""`results`: one row for each record."""

from argparse import Namespace
from collections.abc import Callable
from typing import Any, Final

from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.failure import Exit
from bedrock_batch.cli.jobs import find_one
from bedrock_batch.cli.outcomes import of_run, told
from bedrock_batch.cli.rows import rows_of
from bedrock_batch.cli.terminal import Terminal
from bedrock_batch.cli.writers import comma_separated, json_lines, openai, parquet
from bedrock_batch.cli.writers.target import target
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
    outcome = of_run(job.status, results.outcomes)
    terminal.note(f"{job.label}: {job.status}, {outcome}. {told(results.outcomes)}")
    for note in results.notes:
        terminal.note(f"note: {note}")
    members: dict[str, Any] = {
        "jobArn": job.arn,
        "status": job.status,
        "outcome": outcome,
        "outcomes": {each: results.outcomes[each] for each in Outcome},
        "output": None if options.output is None else str(options.output),
        "format": options.format,
        "notes": results.notes,
    }
    terminal.give(members, beside=options.output is None)
    return Exit.GOOD
