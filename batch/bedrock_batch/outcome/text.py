"""An outcome for people: plain lines, for a mail or a chat."""

import re
from typing import Final

from bedrock_batch.outcome.judge import compared
from bedrock_batch.outcome.names import RunOutcome
from bedrock_batch.outcome.report import Report

# CDK ends a logical id with this hash of the construct's path.
_HASH: Final = re.compile(r"(?<=.)[0-9A-F]{8}$")
_LONGEST: Final = 500


def text_of(report: Report) -> dict[str, str]:
    """Lines for people, none of them empty, by their names.

    EventBridge's input transformer puts them between double quotes and escapes nothing. So they have no double quotes,
    no backslashes and no ends of lines.
    """
    lines = {
        "title": f"{label_of(report)}: {report.outcome}",
        "records": _records(report),
        "message": plain(" ".join((report.job.message, *map(_sentence, report.notes)))) or "No message.",
        "output": report.output_uri or "not known",
        "job": report.job.arn,
        "next": _next(report),
    }
    return {name: plain(line) for name, line in lines.items()}


def label_of(report: Report) -> str:
    """What a job is called: the id of its construct, as far as it is known, or else the job's name."""
    return _HASH.sub("", report.logical_id or "") or report.job.name or report.job.id


def plain(text: str) -> str:
    """A text as one line without double quotes and backslashes. It is cut after 500 characters."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line.replace('"', "'").replace("\\", "/")[:_LONGEST]


def _records(report: Report) -> str:
    if report.records is None:
        return f"records not counted; the status is {report.job.status}"
    return f"{report.records.told()}; {compared(report.records, report.rule)}"


def _next(report: Report) -> str:
    """The command that shows more."""
    command = "results" if report.outcome is RunOutcome.GOOD else "errors" if report.records else "status"
    if report.logical_id is None or not report.stack_name:
        return f"bedrock-batch {command} {report.job.arn}"
    return f"bedrock-batch {command} {report.stack_name} {_HASH.sub('', report.logical_id)}"


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:]}."
