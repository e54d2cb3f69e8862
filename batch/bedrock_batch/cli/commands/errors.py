"""`errors`: why records have no result."""

from argparse import Namespace
from typing import Any, Final

from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.cli.jobs import find
from bedrock_batch.cli.kinds import kinds_of
from bedrock_batch.cli.outcomes import told
from bedrock_batch.cli.rows import rows_of
from bedrock_batch.cli.terminal import Terminal
from bedrock_batch.results import Outcome

# For people. JSON has all.
_SHOWN: Final = 20


def run(options: Namespace, terminal: Terminal) -> Exit:
    """Show each kind of error of the jobs of a target, the most frequent first."""
    aws = Aws(options.profile, options.region, options.endpoint_url)
    found = find(aws, options.target, options.job)
    failures, jobs = [*found.failures], []
    for job in found.jobs:
        try:
            jobs.append(_shown(aws, job, terminal))
        except Failure as failure:
            failures.append(failure)
    if not (jobs or found.held):
        raise failures[0]
    for line in found.held_lines():
        terminal.show(line)
    for each in failures:
        terminal.note(str(each))
    terminal.give({"jobs": jobs, "held": found.held, "errors": [str(each) for each in failures]})
    return failures[0].code if failures else Exit.GOOD


def _shown(aws: Aws, job: FoundJob, terminal: Terminal) -> dict[str, Any]:
    with rows_of(aws, job) as results:
        kinds = kinds_of(results.without(Outcome.SUCCESS))
    terminal.show(f"{job.label}: {job.status}. {told(results.outcomes)}")
    if job.message:
        terminal.show(f"  message: {job.message}")
    shown = [*kinds][:_SHOWN]
    for kind in shown:
        terminal.show(f"  {kind.count:,} x {kind.reason} (such as {kind.record_id or 'a record without recordId'})")
    if rest := results.records - results.outcomes[Outcome.SUCCESS] - sum(kind.count for kind in shown):
        terminal.show(f"  {rest:,} x other texts")
    for note in results.notes:
        terminal.note(f"note: {note}")
    return {
        "jobArn": job.arn,
        "logicalResourceId": job.logical_id,
        "status": job.status,
        "message": job.message or None,
        "outcomes": {each: results.outcomes[each] for each in Outcome},
        "kinds": [kind.members() for kind in kinds],
        "otherKindsCount": kinds.others,
        "notes": results.notes,
    }
