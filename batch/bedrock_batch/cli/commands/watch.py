"""`watch`: follows jobs until all have ended. It does not wait for the release of held ones."""

import time
from argparse import Namespace
from collections import Counter

from bedrock_batch.cli.aws import Aws, RefusedError
from bedrock_batch.cli.board import Board, board_of
from bedrock_batch.cli.facts import facts_of
from bedrock_batch.cli.failure import Exit, Failure, Signalled
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
        _follow(aws, found, board_of(terminal), options.interval)
    except KeyboardInterrupt as interrupt:
        code = interrupt.code if isinstance(interrupt, Signalled) else Exit.INTERRUPTED
        live = ", ".join(job.label for job in found.jobs if not job.has_ended)
        raise Failure(f"not watched any more; still running: {live or 'nothing'}", code) from None
    if not found.jobs and not found.held and len(found.failures) == 1:
        raise found.failures[0]
    return _end(aws, found, terminal)


def _follow(aws: Aws, found: Found, board: Board, interval: float) -> None:
    """Read the jobs, in place, until all have ended. A job that can no longer be read becomes a failure."""
    paces = {job.arn: Pace() for job in found.jobs}
    missed: Counter[str] = Counter()
    with board.opened():
        while True:
            for job in found.jobs:
                paces[job.arn].add(time.monotonic(), job.count("processedRecordCount") or 0)
            board.show(found.jobs, [paces[job.arn] for job in found.jobs])
            if all(job.has_ended for job in found.jobs):
                return
            time.sleep(interval)
            for job in [each for each in found.jobs if not each.has_ended]:
                try:
                    found.jobs[found.jobs.index(job)] = read(aws, job.arn, job.logical_id)
                    missed[job.label] = 0
                except Failure as failure:
                    missed[job.label] += 1
                    is_final = isinstance(failure, RefusedError)
                    if is_final or missed[job.label] > max(1, _PATIENCE_SECONDS // interval):
                        _lose(job, failure, found, board)


def _lose(job: FoundJob, failure: Failure, found: Found, board: Board) -> None:
    found.jobs.remove(job)
    runs = "" if failure.code == Exit.NOT_FOUND else ", and may still run"
    found.failures.append(Failure(f"{job.label} is not watched any more{runs}: {failure}", failure.code))
    if found.jobs or len(found.failures) > 1:
        board.lose(str(found.failures[-1]))


def _end(aws: Aws, found: Found, terminal: Terminal) -> Exit:
    facts = [facts_of(aws, job) for job in found.jobs]
    for each in facts:
        for line in each.lines():
            terminal.show(line)
    for line in found.held_lines():
        terminal.show(line)
    errors = [str(each) for each in found.failures]
    terminal.give({"jobs": [each.members() for each in facts], "held": found.held, "errors": errors})
    if found.failures:
        return found.failures[0].code
    return Exit.GOOD if not found.held and all(each.is_good for each in facts) else Exit.NOT_GOOD
