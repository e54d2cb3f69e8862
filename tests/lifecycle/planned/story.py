"""A random story of one app: edits, what becomes of its jobs, deployments. Each is compared with its plan."""

from collections.abc import Iterator, Sequence
from random import Random

from bedrock_batch.plan.assumed import assumed
from bedrock_batch.plan.compare import Pair, compare
from bedrock_batch.plan.planned import PAID, Action
from bedrock_batch.run.physical_id import PhysicalId
from bedrock_batch.statuses import JobStatus
from lifecycle.misfortunes import Misfortunes
from lifecycle.plan import Plan
from lifecycle.planned import misfortune
from lifecycle.planned.agreement import Deployment, differences
from lifecycle.planned.app import App, NamedStack
from lifecycle.planned.between import HAPPENING_WEIGHTS, HAPPENINGS, RETENTION_SECONDS, let_time_pass
from lifecycle.planned.bill import Bill
from lifecycle.planned.counts import Counts
from lifecycle.planned.declaration import COLUMNS
from lifecycle.planned.edits import EDITS, WEIGHTS, Person
from lifecycle.planned.unsure import unsure_of
from lifecycle.quirks import Quirks
from lifecycle.universe import Universe


class Story:
    """One app in one account. The same seed is the same story."""

    def __init__(self, seed: int, counts: Counts) -> None:
        self.seed = seed
        self.counts = counts
        self.chance = Random(seed)  # noqa: S311 - a story repeats itself
        self.universe = Universe(_quirks(self.chance))
        for uri in COLUMNS:
            self.universe.buckets.put(uri, b"id,text\n")
        self.misfortunes = Misfortunes(self.universe)
        self.app = App(self.universe, is_retained=self.chance.random() < 0.15)
        self.person = Person(self.app, self.chance)

    def run(self, deployments: int) -> None:
        """Deploy so many times."""
        self.counts.stories += 1
        with self.universe.around_handler():
            EDITS["add"](self.person)
            for _ in range(deployments):
                self._deploy_all()
                self._between()
                self._edit()

    def _between(self) -> None:
        self.universe.agenda.run()
        for name in self.chance.choices(list(HAPPENINGS), HAPPENING_WEIGHTS, k=self.chance.choice([1, 1, 2])):
            self.counts.occurred[f"job: {name}"] += 1
            HAPPENINGS[name](self.universe, self.chance)
        let_time_pass(self.universe)

    def _edit(self) -> None:
        self.person.remember()
        self.person.correct()
        weights = [WEIGHTS.get(name, 1) for name in EDITS]
        for name in self.chance.choices(list(EDITS), weights, k=self.chance.choice([1, 1, 1, 2, 3])):
            self.counts.occurred[f"edit: {name}"] += 1
            EDITS[name](self.person)

    def _deploy_all(self) -> None:
        templates = {each.name: each for each in self.app.templates()}
        pairs = compare(list(templates.values()), self.app.records())
        bases = [base for name in templates if (base := self.app.base(name)) is not None]
        without_aws = compare(list(templates.values()), [assumed(base, templates[base.name]) for base in bases])
        for name in templates:
            has_base = any(base.name == name for base in bases)
            self._deploy(
                name,
                [pair for pair in pairs if pair.stack == name],
                [pair for pair in without_aws if pair.stack == name and has_base],
            )

    def _deploy(self, name: str, pairs: Sequence[Pair], without_aws: Sequence[Pair]) -> None:
        stack = self.app.stack(name)
        drawn = misfortune.draw(self.chance, is_unsure=stack.is_unsure)
        done = Deployment(
            stack=stack,
            bill=Bill(self.universe),
            ids={logical_id: each.physical_id for logical_id, each in stack.recorded.items()},
            cleaned_up={PhysicalId.parse(each.physical_id).job_arn for each in stack.superseded},
            unsure=unsure_of(self.app, stack),
        )
        self._operate(stack, drawn)
        found = [*differences(pairs, done), *self._failed(pairs, done, drawn), *_unforeseen(without_aws, done)]
        self.counts.note(pairs, done)
        self.counts.assumed += len(without_aws)
        self.counts.differences += [f"story {self.seed}, {stack.stack_id}: {each}" for each in found]
        if (
            stack.status in ("UPDATE_ROLLBACK_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED")
            or drawn == misfortune.DELETED
        ):
            stack.delete(Plan())

    def _operate(self, stack: NamedStack, drawn: str) -> None:
        declared = self.app.properties(stack.name)
        self.app.attempted[stack.name] = declared
        on_record = {name: each.properties for name, each in stack.recorded.items()}
        failed = {name: each.properties for name, each in stack.failed.items()}
        # The model retains nothing when it repeats the requests that failed.
        if stack.is_unsure and failed and declared == on_record | failed and not self.app.is_retained:
            self.counts.occurred["misfortune: retried"] += 1
            stack.retry()
        else:
            self.counts.occurred[f"misfortune: {drawn}"] += 1
            stack.deploy(
                declared,
                misfortune.plan_of(drawn, self.chance, self.misfortunes, is_retained=self.app.is_retained),
            )
        self.misfortunes.end()
        self.universe.agenda.run(seconds=30.0)

    @staticmethod
    def _failed(pairs: Sequence[Pair], done: Deployment, drawn: str) -> Iterator[str]:
        """A deployment fails if a job is refused, or for a misfortune, and for nothing else."""
        is_refused = any(pair.foreseen is not None and pair.foreseen.action is Action.REFUSED for pair in pairs)
        if drawn not in (misfortune.NONE, misfortune.DELETED) or is_refused or done.has_succeeded:
            return
        failed = {name: each.reason for name, each in done.bill.failed.items() if name not in done.unsure}
        if failed or not done.bill.failed:
            yield f"no failure was foreseen, and the stack is {done.stack.status}: {failed}"


def _unforeseen(pairs: Sequence[Pair], done: Deployment) -> Iterator[str]:
    """A plan that has not asked AWS foresees each start, if its base is what is deployed."""
    for pair in pairs:
        logical_id = pair.before.resource.logical_id
        action = None if pair.foreseen is None else pair.foreseen.action
        if action not in PAID and (started := done.started(logical_id)):
            yield f"{logical_id}: {action} was foreseen without AWS, and {started} was started"


def _quirks(chance: Random) -> Quirks:
    forgets = chance.random() < 0.5
    return Quirks(
        shows_token=chance.random() < 0.8,
        normalises=chance.random() < 0.2,
        frees_ended_names=chance.random() < 0.3,
        hidden_members=chance.choice([frozenset(), frozenset(), frozenset({"modelInvocationType", "endTime"})]),
        shown_as=chance.choice([{}, {}, {JobStatus.IN_PROGRESS: "Processing"}]),
        page_size=chance.choice([None, 2]),
        retention_seconds=RETENTION_SECONDS if forgets else None,
        token_memory_seconds=60.0 if forgets else 86_400.0,
        stopping_seconds=chance.choice([5.0, 60.0, 600.0]),
        rollback_shows_attempt=chance.random() < 0.7,
    )


def tell(seeds: Sequence[int], deployments: int, *, ends_early: bool = False) -> Counts:
    """Run the stories of these seeds. `ends_early` ends after the first one with a difference."""
    counts = Counts()
    for seed in seeds:
        Story(seed, counts).run(deployments)
        if ends_early and counts.differences:
            break
    return counts
