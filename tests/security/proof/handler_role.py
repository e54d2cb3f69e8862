"""The role of a stack's handler: its policy, tried out and set back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from security.proof.sessions import Credentials, Statement, session
from security.proof.surroundings import Account, document


@dataclass
class HandlerRole:
    """The role of the one handler of a stack, or of another function that it has once."""

    account: Account
    name: str
    policy: str

    @classmethod
    def of_stack(
        cls, account: Account, stack: str, logical_id: str = "BedrockBatchHandlerRole", policy: str = "Handler"
    ) -> HandlerRole:
        """Found as CloudFormation names it."""
        (name,) = account.resources(stack, "AWS::IAM::Role", logical_id)
        return cls(account, name, policy)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Its whole policy as it was deployed."""
        iam = self.account.client("iam")
        assert iam.list_role_policies(RoleName=self.name)["PolicyNames"] == [self.policy]
        assert iam.list_attached_role_policies(RoleName=self.name)["AttachedPolicies"] == []
        found: Any = iam.get_role_policy(RoleName=self.name, PolicyName=self.policy)["PolicyDocument"]
        return tuple((json.loads(found) if isinstance(found, str) else found)["Statement"])

    def set_statements(self, statements: Sequence[Statement]) -> None:
        """Give the role these instead."""
        self.account.client("iam").put_role_policy(
            RoleName=self.name, PolicyName=self.policy, PolicyDocument=document(statements)
        )

    @contextmanager
    def session(self) -> Iterator[Credentials]:
        """Credentials of a session; the policy is set back at the end."""
        role = self.account.client("iam").get_role(RoleName=self.name)["Role"]
        deployed = self.statements
        try:
            yield session(self.account, role["Arn"])
        finally:
            self.set_statements(deployed)
