"""The texts of a dashboard: what it shows, and where the output of each job is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_cloudwatch as cloudwatch

from cdk_bedrock_batch._dashboard.pieces import pieces
from cdk_bedrock_batch.monitoring.metrics import model_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdk_bedrock_batch._dashboard.stack_jobs import StackJobs
    from cdk_bedrock_batch._template import S3Location

_WIDTH: Final = 24
# A longer table scrolls.
_MOST_HEIGHT: Final = 12
_ROWS: Final = 100
_MARKDOWN: Final = re.compile(r"[\\`*_{}\[\]<>()#|~!&]")
_MONITORING: Final = "https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-monitor.html"
_ERRORS: Final = "https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html"


def heading(stacks: Sequence[StackJobs]) -> list[list[cloudwatch.IWidget]]:
    """What the dashboard shows, and what shows more."""
    lines = [
        "# Batch inference jobs",
        f"More of a job: `bedrock-batch status STACK JOB`. Its records with errors: `bedrock-batch errors STACK JOB`. "
        f"[Monitoring]({_MONITORING}) and [results]({_ERRORS}) in the Amazon Bedrock User Guide.",
    ]
    silent = sum(len(stack.jobs) - len(stack.told) for stack in stacks)
    if silent:
        lines.append(f"Jobs without `outcome`: {silent}. Only the graphs of their models show them.")
    far = [stack for stack in stacks if not stack.is_near]
    if far:
        names = ", ".join(f"{plain(stack.view.path)} ({stack.view.region})" for stack in far)
        lines.append(f"Of stacks in another Region or account there are graphs only: {names}.")
    return [[cloudwatch.TextWidget(markdown="\n\n".join(lines), width=_WIDTH, height=len(lines))]]


def output_links(stacks: Sequence[StackJobs]) -> list[list[cloudwatch.IWidget]]:
    """The model of each job, and a link to the folder of all its runs.

    Not to the run's own folder: its name is another one for each run, and CloudFormation refuses to change a value that
    another stack imports. The link has no host, since a dashboard is shown by the console, which serves Amazon S3 on
    the same host. So it is right in each partition.
    """
    rows = [
        f"| {plain(job.node.path)} | `{model_of(job._model)}` | {_link(stack, job._output)} |"
        for stack in stacks
        if stack.is_near
        for job in stack.jobs
    ]
    return [
        [
            cloudwatch.TextWidget(
                markdown="\n".join(["| Job | Model | Output of all its runs |", "|---|---|---|", *part]),
                width=_WIDTH,
                height=min(2 + len(part) // 2, _MOST_HEIGHT),
            )
        ]
        for part in pieces(rows, _ROWS)
    ]


def _link(stack: StackJobs, output: S3Location) -> str:
    target = f"/s3/buckets/{output.bucket_name}?region={stack.view.region}&prefix={output.key}"
    return f"[{output.uri}]({target})"


def plain(text: str) -> str:
    """A text in which no character means anything to Markdown."""
    return _MARKDOWN.sub(r"\\\g<0>", text)
