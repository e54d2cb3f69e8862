"""Each statement, action and resource of each service role is taken away in turn: a job that uses the role must fail.

What survives is listed in `SURVIVORS`, each with the reason why the embedded AWS cannot show the need.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from draws import sample

from security.proof.deployment import Deployment
from security.proof.variations import Removal, removals

SURVIVORS = {
    "s3:GetObject on the answers": "user guide, batch-iam-sr and s3-bucket-access: Get, Put and List on the output",
    "s3:ListBucket on the answers": "as s3:GetObject; what the service does with it is not documented",
    "kms:Decrypt on the answers": "S3 asks for it when parts of a large answer are put together: see BucketKey",
}
# Removals that are drawn of each role where not all are tried.
DRAWN = 3
# The only job whose answers are large enough to go up in parts.
LARGE = "BucketKey"


@pytest.mark.parametrize(
    "count",
    [pytest.param(None, marks=pytest.mark.soak), DRAWN],  # all of them take a minute
    ids=["all", "drawn"],
)
def test_nothing_can_be_taken_from_a_service_role(deployment: Deployment, count: int | None) -> None:
    """Every role at once, one removal each a round: all roles lose something, then all their jobs run."""
    deployment.run()
    users = _users(deployment)
    policies = {role: deployment.policy(names[0]) for role, names in users.items()}
    planned = {role: sample([*removals(policy.statements)], count, users[role][0]) for role, policy in policies.items()}
    survivors: dict[str, set[str]] = {}
    tried = Counter[str]()
    for turn in range(max(map(len, planned.values()))):
        started: dict[str, list[str]] = {}
        for role, plan in planned.items():
            if turn < len(plan):
                deployment.set_policy(policies[role], [*plan[turn].left])
                started[role] = [deployment.again(name) for name in users[role]]
        deployment.run()
        for role, job_arns in started.items():
            account = deployment.account(users[role][0])
            failed = any(deployment.get(account, job_arn)["status"] == "Failed" for job_arn in job_arns)
            tried["noticed" if failed else "survived"] += 1
            if not failed:
                what = _described(planned[role][turn], deployment.job(users[role][0]))
                survivors.setdefault(what, set()).add(users[role][0])
    for policy in policies.values():
        deployment.set_policy(policy, [*policy.statements])

    print(f"{sum(tried.values())} removals over {len(policies)} service roles: {dict(tried)}")
    for what, names in survivors.items():
        print(f"survived: {what}: {', '.join(sorted(names))}")
    assert set(survivors) <= set(SURVIVORS)
    assert tried["noticed"] > tried["survived"]
    assert LARGE not in survivors.get("kms:Decrypt on the answers", ())
    if count is None:
        assert set(survivors) == set(SURVIVORS)


def _users(deployment: Deployment) -> dict[str, list[str]]:
    """The names of the jobs by the ARN of the role that they use."""
    users: dict[str, list[str]] = {}
    for name in deployment.arns:
        users.setdefault(deployment.job(name)["roleArn"], []).append(name)
    return users


def _described(removal: Removal, job: dict[str, Any]) -> str:
    bucket = job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"].split("/")[2]
    if re.match(f"s3:GetObject on arn:aws:s3:::{bucket}/", removal.what):
        return "s3:GetObject on the answers"
    # In a statement with the records, or of its own.
    if removal.what in (f"arn:aws:s3:::{bucket} of s3:ListBucket", f"s3:ListBucket on arn:aws:s3:::{bucket}"):
        return "s3:ListBucket on the answers"
    if removal.what.startswith("kms:Decrypt on ") and "kms:GenerateDataKey" in str(removal.left):
        return "kms:Decrypt on the answers"
    return removal.what
