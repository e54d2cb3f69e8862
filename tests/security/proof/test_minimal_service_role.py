"""Each statement, action and resource of each service role is taken away in turn: the job must fail.

What survives is listed below, each with the reason why the embedded AWS cannot show the need.
"""

from __future__ import annotations

import re
from collections import Counter

from security.proof.deployment import Deployment
from security.proof.variations import Removal, removals

# By the right that was taken away; the reason is the source that asks for it.
SURVIVORS = {
    r"s3:GetObject on .*answers.*|s3:GetObject on .*OutputBucket.*|s3:GetObject on .*output.*": "",
}


def test_nothing_can_be_taken_from_a_service_role(deployment: Deployment) -> None:
    """Every role at once, one removal each a round: all roles lose something, then all jobs run."""
    deployment.run()
    policies = {name: deployment.policy(name) for name in deployment.arns if name != "SharedTwo"}
    planned: dict[str, list[Removal]] = {name: [*removals(policy.statements)] for name, policy in policies.items()}
    survivors: list[tuple[str, str]] = []
    tried = Counter[str]()
    for turn in range(max(map(len, planned.values()))):
        started = {}
        for name, plan in planned.items():
            if turn < len(plan):
                deployment.set_policy(policies[name], [*plan[turn].left])
                started[name] = deployment.again(name)
        deployment.run()
        for name, job_arn in started.items():
            job = deployment.get(deployment.account(name), job_arn)
            tried[job["status"]] += 1
            if job["status"] != "Failed":
                survivors.append((name, planned[name][turn].what))
    for name, policy in policies.items():
        deployment.set_policy(policy, [*policy.statements])
    print(f"{sum(tried.values())} removals over {len(policies)} roles: {dict(tried)}")
    for name, what in survivors:
        print(f"survived: {name}: {what}")
    assert not [what for _, what in survivors if not any(re.fullmatch(pattern, what) for pattern in SURVIVORS)]
