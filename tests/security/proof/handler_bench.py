"""The handler of the large stack with a session of its role, on which policies are tried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from handler.runtime import Clients
from security.proof.deployment import Deployment
from security.proof.handler_role import HandlerRole
from security.proof.handler_stories import StackInProgress, Stories
from security.proof.variations import Removal


@dataclass
class HandlerBench:
    """Runs the handler's code with whatever policy its role has at the time."""

    deployment: Deployment
    role: HandlerRole
    clients: Clients
    stack_id: str
    tried: int = 0
    """Removals so far."""

    @classmethod
    @contextmanager
    def of_stack(cls, deployment: Deployment, stack: str) -> Iterator[HandlerBench]:
        """Open it; the policy is set back at the end."""
        account = deployment.ours
        (found,) = account.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        role = HandlerRole.of_stack(account, stack)
        with role.session() as keys:
            cloudformation = StackInProgress(account.client("cloudformation", keys))
            clients = Clients(account.client("bedrock", keys), cloudformation, account.client("s3", keys))
            yield cls(deployment, role, clients, found["StackId"])

    def stories(self, name: str) -> Stories:
        """A new resource that asks for what a deployed job was asked for."""
        return Stories(self.deployment.ours, self.stack_id, self.clients, self.deployment.job(name))

    def create(self, name: str) -> str:
        """The outcome of a Create alone."""
        return self.stories(name).create()

    def unseen(self, plan: Iterator[Removal], outcome: Callable[[], Any]) -> set[str]:
        """What can be taken away with the same outcome as before."""
        whole, survivors = outcome(), set()
        for removal in plan:
            self.role.set_statements(removal.left)
            self.tried += 1
            if outcome() == whole:
                survivors.add(removal.what)
        return survivors

    def logs(self) -> bool:
        """Whether an invocation of the deployed function adds to its log."""
        functions, logs = (self.role.account.client(service) for service in ("lambda", "logs"))
        (function,) = self.role.account.resources(self.stack_id, "AWS::Lambda::Function", "BedrockBatchHandler")
        group = functions.get_function(FunctionName=function)["Configuration"]["LoggingConfig"]["LogGroup"]

        def lines() -> int:
            return len(logs.filter_log_events(logGroupName=group)["events"])

        before = lines()
        # Not an event of CloudFormation's: it is refused, and the refusal is logged.
        functions.invoke(FunctionName=function, Payload=b"{}")
        return lines() > before
