"""What becomes of jobs between two deployments."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from bedrock_batch.limits import CLOCK_SKEW
from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.client import InProcessClient
from bedrock_batch_local.engine.job import Job
from handler.world import ACCOUNT, REGION
from lifecycle.drawn import LONGER_THAN_ANY_JOB
from lifecycle.job_record import LIVE
from lifecycle.universe import Universe

Happening = Callable[[Universe, Random], None]
# What has ended less than this before a request may count as the request's own.
_LONGER_THAN_CLOCKS_DIFFER: Final = CLOCK_SKEW.total_seconds() + 1.0
RETENTION_SECONDS: Final = 12 * 3600.0
# Of all stacks, no deployment takes longer.
_LONGEST_DEPLOYMENT: Final = 5400.0


def _ends(status: JobStatus) -> Happening:
    def happen(universe: Universe, chance: Random) -> None:
        if live := _live(universe):
            universe.engine.end(chance.choice(live), status)
            universe.agenda.run(seconds=_LONGER_THAN_CLOCKS_DIFFER)

    return happen


def _stopped_by_hand(universe: Universe, chance: Random) -> None:
    """An operator has stopped it, and it is still stopping or not."""
    if live := _live(universe):
        client = InProcessClient(universe.engine, account=ACCOUNT, region=REGION)
        client.stop_model_invocation_job(jobIdentifier=chance.choice(live).arn)
        universe.agenda.run(seconds=chance.choice([_LONGER_THAN_CLOCKS_DIFFER, 1000.0]))


def _pass(*seconds: float) -> Happening:
    return lambda universe, chance: universe.agenda.run(seconds=chance.choice(seconds))


HAPPENINGS: Final[Mapping[str, Happening]] = {
    "nothing": lambda _universe, _chance: None,
    "time passes": _pass(90.0, 400.0, 1200.0),
    "all complete": _pass(LONGER_THAN_ANY_JOB),
    "all is forgotten": _pass(LONGER_THAN_ANY_JOB + RETENTION_SECONDS + 60.0),
    "one completes": _ends(JobStatus.COMPLETED),
    "one completes in part": _ends(JobStatus.PARTIALLY_COMPLETED),
    "one fails": _ends(JobStatus.FAILED),
    "one expires": _ends(JobStatus.EXPIRED),
    "one is stopped": _ends(JobStatus.STOPPED),
    "one is stopped by hand": _stopped_by_hand,
}

HAPPENING_WEIGHTS: Final = (8, 4, 1, 1, 1, 1, 1, 1, 1, 2)


def let_time_pass(universe: Universe) -> None:
    """What would end or be forgotten in the middle of the next deployment does so before."""
    if any(universe.clock.now() - job.submitted_at > _LONGEST_DEPLOYMENT for job in _live(universe)):
        universe.agenda.run(seconds=LONGER_THAN_ANY_JOB)
    ended = [job.ended_at for job in universe.record.jobs.values() if job.ended_at is not None]
    longest = RETENTION_SECONDS - _LONGEST_DEPLOYMENT
    if any(longest < universe.clock.now() - moment <= RETENTION_SECONDS for moment in ended):
        universe.agenda.run(seconds=LONGER_THAN_ANY_JOB)


def _live(universe: Universe) -> list[Job]:
    universe.engine.tick()
    return [job for job in universe.record.jobs.values() if job.status in LIVE]
