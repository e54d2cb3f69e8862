"""`stop`: asks Bedrock to stop jobs."""

import sys
from argparse import Namespace
from contextlib import suppress

from bedrock_batch.cli.aws import Aws, refusals
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.found_job import FoundJob, read
from bedrock_batch.cli.jobs import find
from bedrock_batch.cli.terminal import Terminal
from bedrock_batch.statuses import JobStatus


def run(options: Namespace, terminal: Terminal) -> Exit:
    """Stop the jobs of a target, each of them. A job that has ended, or is stopping, is no error."""
    aws = Aws(options.profile, options.region, options.endpoint_url)
    found = find(aws, options.target, options.job)
    live = [job for job in found.jobs if not _is_done(job)]
    if live and not options.yes and not _agreed(live, terminal):
        terminal.note("nothing was stopped")
        return Exit.NOT_GOOD
    jobs, failures = [], [*found.failures]
    for job in found.jobs:
        asked = job in live
        try:
            jobs.append(_stop(aws, job) if asked else job)
        except Failure as failure:
            if len(found.jobs) + len(failures) == 1:
                raise
            failures.append(Failure(f"{job.label}: {failure}", failure.code))
            continue
        does = "Bedrock was asked to stop it" if asked else "nothing to stop"
        terminal.show(f"{job.label}: {does}, now {jobs[-1].status}")
    for logical_id in found.held:
        terminal.show(f"{logical_id}: nothing to stop, it is held")
    for each in failures:
        terminal.note(str(each))
    shown = [{"jobArn": job.arn, "logicalResourceId": job.logical_id, "status": job.status} for job in jobs]
    terminal.give({"jobs": shown, "held": found.held, "errors": [str(each) for each in failures]})
    return failures[0].code if failures else Exit.GOOD


def _is_done(job: FoundJob) -> bool:
    return job.has_ended or job.status == JobStatus.STOPPING


def _agreed(jobs: list[FoundJob], terminal: Terminal) -> bool:
    if terminal.as_json or not sys.stdin.isatty():
        raise Failure("stop asks on a terminal only; without one, give --yes", Exit.USAGE)
    names = ", ".join(job.label for job in jobs)
    terminal.note(f"Stop {names}? What is processed until then costs money. [y/N]")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _stop(aws: Aws, job: FoundJob) -> FoundJob:
    try:
        bedrock = aws.client("bedrock", region=job.region)
        with refusals(f"stop the job {job.arn}"):
            bedrock.stop_model_invocation_job(jobIdentifier=job.arn)
    except Failure as failure:
        # It may have ended since it was read.
        with suppress(Failure):
            now = read(aws, job.arn, job.logical_id)
            if _is_done(now):
                return now
        raise failure from None
    try:
        return read(aws, job.arn, job.logical_id)
    except Failure as failure:
        raise Failure(f"Bedrock was asked to stop it, but: {failure}", failure.code) from None
