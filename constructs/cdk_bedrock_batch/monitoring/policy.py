"""The statements of the policy of the function that tells outcomes, except those for S3."""

from __future__ import annotations

from typing import Final

from bedrock_batch.outcome import names
from cdk_bedrock_batch._iam import DEFAULT_BUS, JOB_ARNS, Statement, actions, allow

_OUR_EVENTS: Final = {"events:source": names.SOURCE, "events:detail-type": names.DETAIL_TYPE}


def constant_statements() -> list[Statement]:
    """The statements that do not depend on the jobs."""
    return [
        allow(actions.READ_JOB, [JOB_ARNS]),
        # ListModelInvocationJobs and the X-Ray actions support no resource-level permissions.
        allow(actions.LIST_JOBS + actions.WRITE_TRACES, ["*"]),
        allow(actions.WRITE_METRICS, ["*"], {"StringEquals": {"cloudwatch:namespace": names.NAMESPACE}}),
        allow(actions.PUT_EVENTS, [DEFAULT_BUS], {"StringEquals": _OUR_EVENTS}),
    ]
