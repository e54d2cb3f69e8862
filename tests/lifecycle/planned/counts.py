"""What was compared in random stories, and how often each thing occurred."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bedrock_batch.plan.compare import Pair
from lifecycle.planned.agreement import Deployment


@dataclass
class Counts:
    """`decisions` are jobs in a plan, `assumed` those of a plan for which AWS was not asked."""

    stories: int = 0
    deployments: int = 0
    decisions: int = 0
    assumed: int = 0
    occurred: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def note(self, pairs: Sequence[Pair], done: Deployment) -> None:
        """Count a deployment, what was foreseen and what was billed."""
        self.deployments += 1
        self.decisions += len(pairs)
        self.occurred[f"ended: {'well' if done.has_succeeded else done.stack.status}"] += 1
        self.occurred["billed: starts"] += len(done.bill.all_started)
        self.occurred["billed: stops"] += len(done.bill.stopped)
        self.occurred["billed: tags"] += len(done.bill.tagged)
        for foreseen in filter(None, (pair.foreseen for pair in pairs)):
            self.occurred[f"action: {foreseen.action}"] += 1
            self.occurred["foreseen: adopts"] += foreseen.adopts is not None
            self.occurred["foreseen: stops"] += foreseen.stops is not None
            self.occurred["foreseen: keeps running"] += foreseen.keeps_running is not None
            self.occurred["foreseen: held"] += foreseen.is_held

    def __str__(self) -> str:
        occurred = ", ".join(f"{name} {count}" for name, count in sorted(self.occurred.items()))
        return (
            f"{self.stories} stories, {self.deployments} deployments, {self.decisions} decisions, "
            f"{self.assumed} without AWS, {len(self.differences)} differences. {occurred}"
        )
