"""`watch`: follows jobs until all have ended."""

import time
from argparse import Namespace

from bedrock_batch.cli.aws import Aws, RefusedError
from bedrock_batch.cli.board import Board, board_of
from bedrock_batch.cli.facts import facts_of
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.found_job import FoundJob, read
from bedrock_batch.cli.jobs import Found, find
from bedrock_batch.cli.pace import Pace
from bedrock_batch.cli.terminal import Terminal

# A job takes hours; the network of a person need not be there all the time.
_PATIENCE_SECONDS = 300


def run(options: Namespace, terminal: Terminal) -> Exit:
    """Follow the jobs of a target, then show how each went."""
    aws = Aws(options.profile, options.region, options.endpoint_url)
    found = find(aws, options.target, options.job)
    for failure in found.failures:
        terminal.note(str(failure))
    try:
        _follow(aws, found.jobs, board_of(terminal), options.interval)
    except KeyboardInterrupt:
        live = ", ".join(job.label for job in found.jobs if not job.has_ended)
        raise Failure(f"not watched any more; still running: {live or 'nothing'}", Exit.INTERRUPTED) from None
    return _end(aws, found, terminal)


def _follow(aws: Aws, jobs: list[FoundJob], board: Board, interval: float) -> None:
    """Read the jobs, in place, until all have ended."""
    paces, missed = [Pace() for _ in jobs], 0
    with board.opened():
        while True:
            for job, pace in zip(jobs, paces, strict=True):
                pace.add(time.monotonic(), job.count("processedRecordCount") or 0)
            board.show(jobs, paces)
            if all(job.has_ended for job in jobs):
                return
            time.sleep(interval)
            try:
                jobs[:] = [job if job.has_ended else read(aws, job.arn, job.logical_id) for job in jobs]
                missed = 0
            except RefusedError:
                raise
            except Failure:
                missed += 1
                if missed > max(1, _PATIENCE_SECONDS // interval):
                    raise


def _end(aws: Aws, found: Found, terminal: Terminal) -> Exit:
    facts = [facts_of(aws, job) for job in found.jobs]
    for each in facts:
        for line in each.lines():
            terminal.show(line)
    terminal.give({"jobs": [each.members() for each in facts], "errors": [str(each) for each in found.failures]})
    if found.failures:
        return found.failures[0].code
    return Exit.GOOD if all(each.is_good for each in facts) else Exit.NOT_GOOD
