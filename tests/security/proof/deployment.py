"""The deployed jobs, their roles, and ways to run a job again with other rights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bedrock_batch_local.embedded import EmbeddedAws
from cdk_bedrock_batch import PolicyKind
from security.proof.declared import Declared
from security.proof.surroundings import LONG, OTHER_REGION, OURS, REGION, Account, document

Statement = dict[str, Any]


@dataclass(frozen=True)
class RolePolicy:
    """The inline policy of a job's role that holds its rights."""

    role: str
    name: str
    statements: tuple[Statement, ...]


@dataclass
class Deployment:
    """What was deployed, and the accounts that it was deployed into."""

    aws: EmbeddedAws
    declared: Declared
    ours: Account
    theirs: Account
    opened: dict[str, list[Statement]]
    """Statements that were added for the jobs, by the ARN of the bucket, key or role."""
    outputs: Mapping[str, Mapping[str, str]]
    _runs: int = field(default=0)

    @staticmethod
    def open_up(declared: Declared, ours: Account, theirs: Account) -> dict[str, list[Statement]]:
        """Add what the library says that others must add, and nothing else."""
        asked: dict[str, list[Statement]] = {}
        for policies in declared.required.values():
            for policy in policies:
                known = asked.setdefault(policy.resource, [])
                known += [statement for statement in policy.statements if statement not in known]
                if policy.kind is PolicyKind.BUCKET_POLICY:
                    theirs.allow_bucket(policy.resource.rpartition(":")[2], known)
                elif policy.kind is PolicyKind.KEY_POLICY and ":alias/" not in policy.resource:
                    owner = ours if f":{OURS}:" in policy.resource else theirs
                    owner.allow_key(policy.resource, policy.statements)
                elif policy.kind is PolicyKind.IDENTITY_POLICY:
                    ours.client("iam").put_role_policy(
                        RoleName=policy.resource.rpartition("/")[2],
                        PolicyName="BatchInference",
                        PolicyDocument=document(policy.statements),
                    )
        return asked

    @cached_property
    def arns(self) -> dict[str, str]:
        """The jobs' ARNs by their names."""
        return {
            name.removesuffix("Arn"): arn
            for outputs in self.outputs.values()
            for name, arn in outputs.items()
            if name.endswith("Arn")
        }

    def account(self, name: str) -> Account:
        """Our account in the Region of a job."""
        region = self.arns[name].split(":")[3]
        return self.ours if region == REGION else Account(self.aws, OURS, OTHER_REGION)

    def job(self, name: str) -> dict[str, Any]:
        """GetModelInvocationJob of the job that was deployed."""
        return self.get(self.account(name), self.arns[name])

    def get(self, account: Account, job_arn: str) -> dict[str, Any]:
        """GetModelInvocationJob."""
        return dict(account.client("bedrock").get_model_invocation_job(jobIdentifier=job_arn))

    def again(self, name: str, **changes: Any) -> str:
        """Start what a deployed job ran once more, by the API as the account's root; the new job's ARN.

        `changes` are members of CreateModelInvocationJob that differ.
        """
        job = self.job(name)
        self._runs += 1
        wanted = ("roleArn", "modelId", "inputDataConfig", "outputDataConfig", "modelInvocationType", "vpcConfig")
        request = {member: job[member] for member in wanted if member in job} | changes
        started = (
            self.account(name).client("bedrock").create_model_invocation_job(jobName=f"again-{self._runs}", **request)
        )
        return str(started["jobArn"])

    def run(self) -> None:
        """Let all jobs run to their ends."""
        self.aws.advance(LONG)

    def policy(self, name: str) -> RolePolicy:
        """The policy of a deployed job's role."""
        role = self.job(name)["roleArn"].rpartition("/")[2]
        iam = self.ours.client("iam")
        (policy_name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
        found = iam.get_role_policy(RoleName=role, PolicyName=policy_name)["PolicyDocument"]
        statements = (json.loads(found) if isinstance(found, str) else found)["Statement"]
        return RolePolicy(role, policy_name, tuple(statements))

    def set_policy(self, policy: RolePolicy, statements: list[Statement]) -> None:
        """Give the role these statements instead."""
        self.ours.client("iam").put_role_policy(
            RoleName=policy.role, PolicyName=policy.name, PolicyDocument=document(statements)
        )
