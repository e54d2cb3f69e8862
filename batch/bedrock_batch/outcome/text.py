"""An outcome for people: plain lines, for a mail or a chat."""

import re
from typing import Final

from bedrock_batch.outcome.judge import compared, is_by_limits
from bedrock_batch.outcome.names import RunOutcome
from bedrock_batch.outcome.report import Report
from bedrock_batch.outcome.rule import Partial
from bedrock_batch.statuses import WITHOUT_OUTPUT, JobStatus

# CDK ends a logical id with this hash of the construct's path.
_HASH: Final = re.compile(r"(?<=.)[0-9A-F]{8}$")
_LONGEST: Final = 500
_LONGEST_IN_TITLE: Final = 64
_BEYOND_LIMITS: Final = "More records have an error or no output than the limits allow."
_NO_RESULT: Final = "No record has a result."
_TIME_RAN_OUT: Final = "The time ran out before all records were processed."
_MEANINGS: Final = {
    RunOutcome.GOOD: "All records are within the limits.",
    RunOutcome.FAILED: "Bedrock ended the run, and gave no reason.",
    RunOutcome.STOPPED: "A person or a deployment stopped the run.",
    RunOutcome.EXPIRED: "The time ran out before the run was complete.",
}


def text_of(report: Report) -> dict[str, str]:
    """Lines for people, none of them empty, by their names.

    EventBridge's input transformer puts them between double quotes and escapes nothing. So they have no double quotes,
    no backslashes and no ends of lines.
    """
    lines = {
        "title": _title(report),
        "records": _records(report),
        "message": plain(" ".join((report.job.message, *map(_sentence, report.notes)))) or _meaning(report),
        "output": report.output_uri or "not known",
        "job": report.job.arn,
        "next": _next(report),
    }
    return {name: plain(line) for name, line in lines.items()}


def label_of(report: Report) -> str:
    """What a job is called: the id of its construct, as far as it is known, or else the job's name."""
    return without_hash(report.logical_id or "") or report.job.name or report.job.id


def without_hash(logical_id: str) -> str:
    """A logical id as people say it: the ids of its constructs."""
    return _HASH.sub("", logical_id)


def plain(text: str) -> str:
    """A text as one line without double quotes and backslashes. It is cut after 500 characters."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line.replace('"', "'").replace("\\", "/")[:_LONGEST]


def _title(report: Report) -> str:
    """`TicketTriage of Support: degraded, run 2`. The first run is not named."""
    label, stack, run = (
        plain(each)[:_LONGEST_IN_TITLE] for each in (label_of(report), report.stack_name, report.run_id or "")
    )
    of_stack = f" of {stack}" if stack else ""
    return f"{label}{of_stack}: {report.outcome}" + (f", run {run}" if run not in ("", "1") else "")


def _records(report: Report) -> str:
    """The counts, beside the limits where these decide."""
    status = report.job.status
    if report.records is None:
        return f"records not counted; the status is {status}"
    told = report.records.told(WITHOUT_OUTPUT[JobStatus(status)])
    return f"{told}; {compared(report.records, report.rule)}" if is_by_limits(status) else told


def _meaning(report: Report) -> str:
    """One sentence on the outcome, where nobody says more."""
    is_partial = report.job.status == JobStatus.PARTIALLY_COMPLETED
    if is_partial and report.rule.partial is not Partial.BY_LIMITS:
        return _TIME_RAN_OUT
    if report.outcome is RunOutcome.DEGRADED:
        return _BEYOND_LIMITS
    if report.outcome is RunOutcome.FAILED and is_by_limits(report.job.status):
        return _NO_RESULT
    return _MEANINGS[report.outcome]


def _next(report: Report) -> str:
    """The command that shows more."""
    has_errors = report.records is not None and report.outcome is not RunOutcome.STOPPED
    command = "results" if report.outcome is RunOutcome.GOOD else "errors" if has_errors else "status"
    if report.logical_id is None or not report.stack_name:
        return f"bedrock-batch {command} {report.job.arn}"
    region = report.job.arn.split(":")[3]
    return f"bedrock-batch {command} {report.stack_name} {without_hash(report.logical_id)} --region {region}"


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:]}."
