"""A plan as a text, for a terminal and the log of a pipeline."""

import textwrap
from collections.abc import Iterator
from typing import Final

from bedrock_batch.plan.planned import Action, Cause, Plan, PlannedJob
from bedrock_batch.plan.words import ALL_JOBS, amounts_of, answer, changed, counted, in_order, is_told, visible

_WIDTH: Final = 120
_WIDEST_ACTION: Final = max(map(len, Action))


def as_text(plan: Plan) -> str:
    """The plan for people: the answer in one sentence, then each job, paid ones first. No value is cut off.

    :returns: lines of at most 120 characters, except where a value has no blank at which it can be wrapped.
    """
    return "\n".join(_lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    yield from _wrapped(answer(plan), "")
    jobs = in_order(plan.jobs)
    told = [job for job in jobs if is_told(job)]
    for job in told:
        yield ""
        yield from _of_job(job)
    if unchanged := len(jobs) - len(told):
        yield ""
        yield f"Nothing changes for {counted(unchanged, 'other job' if told else 'job')}."
    if plan.is_above:
        yield ""
        yield "These ceilings may be exceeded:"
        for job in jobs:
            for each in job.above:
                yield from _wrapped(f"{_label(job)}: {each}")
        for each in plan.above:
            yield from _wrapped(f"{ALL_JOBS}: {each}")
    if plan.notes:
        yield ""
        for each in plan.notes:
            yield from _wrapped(f"note: {each}", "")
    yield ""
    yield from _wrapped(f"Compared with {'nothing' if plan.base is None else plan.base}.", "")


def _of_job(job: PlannedJob) -> Iterator[str]:
    yield f"{job.action:{_WIDEST_ACTION}}  {visible(_label(job))}"
    for cause in job.causes:
        yield from _wrapped(_told(cause))
    if job.is_paid:
        yield from _wrapped(amounts_of(job.amounts))
    if job.job_arn is not None:
        yield from _wrapped(f"job: {job.job_arn}" + (f" ({job.status})" if job.status is not None else ""))
    elif job.status is not None:
        yield from _wrapped(f"status: {job.status}")
    for note in job.notes:
        yield from _wrapped(f"note: {note}")


def _label(job: PlannedJob) -> str:
    return f"{job.stack}/{job.name}"


def _told(cause: Cause) -> str:
    change = "".join(each or '""' if index % 2 else each for index, each in enumerate(changed(cause)))
    return cause.what + (f": {change}" if change else "") + (f" ({cause.place})" if cause.place is not None else "")


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(
        visible(text),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
