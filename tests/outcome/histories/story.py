"""A random history: jobs that end, events that are lost, late or doubled, and a function that meets misfortunes."""

from collections import Counter
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from bedrock_batch.outcome import OutcomeRule, Partial
from bedrock_batch.outcome.judge import judge
from bedrock_batch.outcome.records import Records
from bedrock_batch.statuses import ENDED, JobStatus
from handler.world import STACK_ID
from outcome.histories.misfortunes import Misfortunes
from outcome.histories.universe import BROKEN, CLOSED, Universe
from outcome.world import OUTPUT, World, build_world, job_id

_TROUBLE_SECONDS = 3 * 3600.0
_QUIET_SECONDS = 2 * 3600.0
_OTHER_STACK = STACK_ID.replace("-333344445555", "-333344445556")
_COUNTS = ((500, 500, 0), (500, 488, 12), (500, 0, 500), (500, 450, 20), (500, 0, 0))
_RULES = (
    OutcomeRule(),
    OutcomeRule(0.05, 50, Partial.BY_LIMITS),
    OutcomeRule(0.05, 50, Partial.FAILED, ("arn:aws:sns:us-east-1:111122223333:ends",)),
)
_MENDED = "run file mended"
TOLD = ("asks", _MENDED)
KINDS = ("asks", *TOLD, *TOLD, "asks", "no outcome", "another stack's", "run file gone", "run file broken", "no rights")


@dataclass
class Declared:
    """A job of a history. `outcome` is what a reader must be told, with all counts."""

    arn: str
    kind: str
    logical_id: str
    ended_at: float
    outcome: str
    events: int

    @property
    def id(self) -> str:
        return job_id(self.arn)


class Story:
    """One history. The same seed is the same history."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = Random(seed)  # noqa: S311 - a history repeats itself
        self.world = _world(self.chance)
        begin = self.world.clock.now()
        self.misfortunes = Misfortunes(self.chance, begin, begin + _TROUBLE_SECONDS)
        get_lag = self.chance.choice([0.0, 0.0, 3.0, 10.0, 120.0])
        self.universe = Universe(self.world, self.chance, self.misfortunes, get_lag)
        self.occurred: Counter[str] = Counter()
        self.jobs: list[Declared] = []

    def run(self) -> None:
        """Let it happen, and what is left for the schedule in a quiet time after it."""
        for number in range(self.chance.choice([1, 2, 3, 6])):
            self._declare(number)
        begin = self.world.clock.now()

        def is_lost() -> bool:
            return self.world.clock.now() < begin + _TROUBLE_SECONDS and self.chance.random() < 0.05

        self.universe.keep_looking(_TROUBLE_SECONDS + _QUIET_SECONDS, is_lost)
        self.universe.agenda.run()
        self.occurred.update(self.misfortunes.occurred)

    def _declare(self, number: int) -> None:
        chance, logical_id = self.chance, f"Job{number}E{number}"
        kind = chance.choice(KINDS)
        rule = chance.choice(_RULES)
        changes: dict[str, Any] = {"outcome": None if kind == "no outcome" else rule.members()}
        if kind == "another stack's":
            changes["stackId"] = _OTHER_STACK
        output = f"s3://{CLOSED}/tickets/" if kind == "no rights" else OUTPUT
        arn = self.world.start(logical_id=logical_id, output=output, **changes)
        seconds = chance.uniform(0, 3600)
        if kind in ("run file gone", "run file broken", _MENDED):
            whole = self.world.buckets.take(uri := self.world.run_file(arn))
            if kind != "run file gone":
                self.world.buckets.put(uri, BROKEN)
            if kind == _MENDED:
                mended = seconds + chance.uniform(-600, 7200)
                self.universe.agenda.after(max(0.0, mended), lambda: self.world.buckets.put(uri, whole))
        status = chance.choice(sorted(ENDED))
        counts = chance.choice(_COUNTS)
        has_records = status in (JobStatus.COMPLETED, JobStatus.PARTIALLY_COMPLETED)
        records = Records(counts[0], counts[1], counts[2], counts[0] - counts[1] - counts[2]) if has_records else None
        job = Declared(arn, kind, logical_id, self.world.clock.now() + seconds, str(judge(status, records, rule)), 0)
        self.jobs.append(job)
        self.universe.agenda.after(seconds, lambda: self._end(job, JobStatus(status), counts if has_records else None))
        self.occurred.update([kind, f"ended {status}"])

    def _end(self, job: Declared, status: JobStatus, counts: tuple[int, int, int] | None) -> None:
        chance = self.chance
        self.world.end(job.arn, status, counts=None)
        if counts is not None:
            manifest = chance.choice(["before", "before", "late", "much later", "never"])
            self.occurred[f"manifest {manifest}"] += 1
            seconds = {"before": 0.0, "late": chance.uniform(0, 60), "much later": 1200.0}.get(manifest)
            if seconds is not None:
                self.universe.agenda.after(seconds, lambda: self.world.write_manifest(job.arn, counts))
        fate = chance.choice(["comes", "comes", "comes", "lost", "late", "doubled", "doubled late"])
        self.occurred[f"event {fate}"] += 1
        late = chance.uniform(60, 2400)
        delays = {"comes": [1.0], "late": [late], "doubled": [1.0, 1.0 + chance.choice([0.0, 0.5, 5.0, 90.0])]}
        delays |= {"lost": [], "doubled late": [1.0, late]}
        job.events = len(delays[fate])
        self.universe.send(self.world.event(job.arn), delays[fate])


def _world(chance: Random) -> World:
    numbers = count()
    return build_world(
        new_job_id=lambda: f"job{next(numbers):09}",
        page_size=chance.choice([None, 2]),
        empty_pages=chance.random() < 0.2,
        shows_token=chance.random() < 0.8,
        list_lag_seconds=chance.choice([0.0, 60.0]),
    )
