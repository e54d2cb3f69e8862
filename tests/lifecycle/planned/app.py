"""An app with stacks of jobs: as it is declared, and as AWS has it on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bedrock_batch.job import Job
from bedrock_batch.plan.stack import DeclaredStack, Record
from bedrock_batch.run.declaration import RESOURCE_TYPE
from bedrock_batch_local.engine.client import InProcessClient
from handler.world import ACCOUNT, REGION
from lifecycle.plan import Properties
from lifecycle.planned.declaration import Declaration
from lifecycle.stack import Stack
from lifecycle.universe import Universe
from model_invocation_job.io.shown_job import job_of

_LIST = "ListModelInvocationJobs"
# A deployment deletes such a stack, if it is there at all, and creates another one.
_NOT_THERE = ("", "ROLLBACK_COMPLETE", "DELETE_COMPLETE")


@dataclass
class NamedStack(Stack):
    """A stack of the model with a name of its own."""

    name: str = ""

    @property
    def stack_id(self) -> str:
        return super().stack_id.replace("/Reports/", f"/{self.name}/")

    @property
    def is_there(self) -> bool:
        """Whether a deployment updates it."""
        return self.status not in _NOT_THERE

    @property
    def is_unsure(self) -> bool:
        """Whether the last operation failed without a rollback."""
        return self.status.endswith("_FAILED")


class App:
    """`declared` are the jobs of each stack by logical id; `stacks` are the deployed ones by name.

    `attempted` is what the last deployment of each stack declared. `is_retained` is a policy of all jobs.
    """

    def __init__(self, universe: Universe, *, is_retained: bool) -> None:
        self.universe = universe
        self.declared: dict[str, dict[str, Declaration]] = {"Reports": {}}
        self.stacks: dict[str, NamedStack] = {}
        self.attempted: dict[str, dict[str, Properties]] = {}
        self.is_retained = is_retained
        self._made = 0

    def stack(self, name: str) -> NamedStack:
        """The stack that a deployment creates or updates."""
        if name not in self.stacks or not self.stacks[name].is_there:
            self._made += 1
            self.stacks[name] = NamedStack(self.universe, self._made, name=name)
        return self.stacks[name]

    def properties(self, name: str) -> dict[str, Properties]:
        """The declared properties of the jobs of a stack."""
        return {logical_id: each.properties() for logical_id, each in self.declared[name].items()}

    def templates(self) -> list[DeclaredStack]:
        """The stacks as the app declares them."""
        return [self.template(name, self.properties(name)) for name in self.declared]

    def template(self, name: str, properties: Mapping[str, Properties]) -> DeclaredStack:
        """A template with these jobs, whose values are all known."""
        policies = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"} if self.is_retained else {}
        resources: dict[str, Any] = {
            logical_id: {"Type": RESOURCE_TYPE, "Properties": each, **policies}
            for logical_id, each in properties.items()
        }
        return DeclaredStack(name=name, template={"Resources": resources})

    def records(self) -> list[Record]:
        """What AWS has on record of the stacks that are there."""
        jobs = self.jobs()
        return [self._record(stack, jobs) for stack in self.stacks.values() if stack.is_there]

    def base(self, name: str) -> DeclaredStack | None:
        """The template that is deployed, `None` if there is none for sure."""
        stack = self.stacks.get(name)
        if stack is None or not stack.is_there or stack.is_unsure:
            return None
        return self.template(name, {each: recorded.properties for each, recorded in stack.recorded.items()})

    def _record(self, stack: NamedStack, jobs: list[Job]) -> Record:
        on_record = {logical_id: each.properties for logical_id, each in stack.recorded.items()}
        # A Create that failed is on record with the id that the function has responded with.
        ids = {logical_id: request.physical_id for logical_id, request in stack.failed.items() if request.physical_id}
        return Record(
            stack_id=stack.stack_id,
            declared=self.template(stack.name, self.attempted[stack.name] if stack.is_unsure else on_record),
            physical_ids=ids | {logical_id: each.physical_id for logical_id, each in stack.recorded.items()},
            jobs=jobs,
            is_unsure=stack.is_unsure,
            failed=frozenset(stack.failed),
        )

    def jobs(self) -> list[Job]:
        """All jobs that Bedrock lists."""
        client = InProcessClient(self.universe.engine, account=ACCOUNT, region=REGION)
        found: list[Job] = []
        token: dict[str, str] = {}
        while True:
            page = client.list_model_invocation_jobs(maxResults=1000, **token)
            found += [job_of(_LIST, shown) for shown in page["invocationJobSummaries"]]
            if not page.get("nextToken"):
                return found
            token = {"nextToken": page["nextToken"]}
