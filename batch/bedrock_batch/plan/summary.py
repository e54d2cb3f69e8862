"""The jobs that an app declares, and what they take at most: what a synthesis tells."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bedrock_batch.plan.assembly import read_assembly
from bedrock_batch.plan.compare import compare
from bedrock_batch.plan.planned import Plan
from bedrock_batch.plan.shown import planned
from bedrock_batch.plan.words import amounts_of, bill, counted, in_order, visible

_MOST_JOBS: Final = 20


def summary_of(assembly: Path) -> str:
    """A line for each job, for at most 20, and one for all.

    :raises ValueError: the folder is not a whole assembly.
    """
    plan = Plan(jobs=tuple(planned(compare(read_assembly(assembly), []))), base=None)
    return "\n".join(_lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    jobs = in_order(plan.jobs)
    for job in jobs[:_MOST_JOBS]:
        held = "" if job.is_paid else "held, "
        yield visible(f"{job.stack}/{job.name}: {held}{amounts_of(job.amounts)}")
    if len(jobs) > _MOST_JOBS:
        yield f"and {counted(len(jobs) - _MOST_JOBS, 'job')} more"
    yield f"On a first deployment: {bill(plan)}. What a later one starts: bedrock-batch plan"
