"""How long the phases of a job take can be set at the start of a server: jobs then expire, or end in part."""

from __future__ import annotations

from typing import Any

import pytest
from local.cloud import Cloud, jsonl
from local.conftest import prepared

from bedrock_batch_local import EmbeddedAws, Pacing

HOUR = 3600.0


def test_a_job_that_waits_for_longer_than_its_timeout_expires_and_one_that_has_begun_ends_in_part() -> None:
    pacing = {"scheduled": 25 * HOUR, "per_record": 60.0}
    with EmbeddedAws.start(manual_clock=True, pacing=pacing) as aws:
        cloud = prepared(Cloud(aws, "123123123123"))
        cloud.upload(jsonl(100))
        role = cloud.role(*cloud.rights())
        jobs = [
            cloud.create(
                role, jobName=f"job-{hours}", timeoutDurationInHours=hours, clientRequestToken=f"token-{hours}"
            )
            for hours in (24, 26, 168)
        ]

        aws.advance(28 * HOUR)

        ends = [cloud.get(job)["status"] for job in jobs]
        assert ends == ["Expired", "PartiallyCompleted", "Completed"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"queued": 1}, "pacing must be of .* got 'queued'"),
        ({"scheduled": -1}, "scheduled must be 0 or more seconds, got -1"),
        ({"scheduled": True}, "scheduled must be 0 or more seconds, got True"),
        ({"scheduled": "25 h"}, "scheduled must be 0 or more seconds, got '25 h'"),
        ({"scheduled": float("inf")}, "scheduled must be 0 or more seconds, got inf"),
    ],
)
def test_fails_on_a_pacing_that_is_none(values: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Pacing.of(values)
