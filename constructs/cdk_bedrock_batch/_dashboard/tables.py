"""The tables of a dashboard: the states of its alarms, and the last end of each job."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_cloudwatch as cloudwatch

from bedrock_batch import limits
from cdk_bedrock_batch._dashboard.pieces import pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdk_bedrock_batch._dashboard.stack_jobs import StackJobs

_WIDTH: Final = 24
# A longer table scrolls.
_MOST_HEIGHT: Final = 12
# The query names its jobs up to here. With more it shows all jobs of their stacks: a query has 10,000 characters.
_NAMED_JOBS: Final = 50
_MESSAGE: Final = "outcome told"
_ROWS: Final = 1_000


def alarm_states(alarms: Sequence[cloudwatch.IAlarm]) -> list[list[cloudwatch.IWidget]]:
    """The state of each alarm."""
    return [
        [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=part, width=_WIDTH, height=2 + len(part) // 8)]
        for part in pieces(alarms, limits.WIDGET_ALARMS)
    ]


def last_ends(stacks: Sequence[StackJobs]) -> list[list[cloudwatch.IWidget]]:
    """How the last run of each job ended, from the log of the function that tells it.

    Only for stacks whose log the dashboard can name.
    """
    near = [stack for stack in stacks if stack.is_near and stack.told]
    return [_last_ends(part) for part in pieces(near, limits.QUERY_LOG_GROUPS)]


def _last_ends(stacks: Sequence[StackJobs]) -> list[cloudwatch.IWidget]:
    jobs = [job for stack in stacks for job in stack.told]
    # Several jobs of a stack have the same log group.
    groups = [stack.told[0]._outcome_log_group for stack in stacks]
    told = f"filter message = {json.dumps(_MESSAGE)}"
    if len(jobs) <= _NAMED_JOBS:
        told += f" and logical_id in [{', '.join(json.dumps(job._resource.logical_id) for job in jobs)}]"
    return [
        cloudwatch.LogQueryWidget(
            title="Last end of each job",
            log_group_names=[group.log_group_name for group in groups if group is not None],
            query_lines=[
                "fields @timestamp, job_name, outcome, records, error_rate, output_uri",
                told,
                "sort @timestamp desc",
                "dedup @log, logical_id",
                f"limit {_ROWS}",
            ],
            view=cloudwatch.LogQueryVisualizationType.TABLE,
            width=_WIDTH,
            height=min(3 + len(jobs) // 2, _MOST_HEIGHT),
        )
    ]
