"""What a text and a comment say alike of a plan: the answer in one sentence, amounts, and how a value is shown."""

import re
from collections.abc import Iterable
from decimal import ROUND_UP, Context, Decimal
from typing import Final

from bedrock_batch.plan.planned import Action, Amounts, Cause, Plan, PlannedJob

ORDER: Final = (
    Action.STARTS,
    Action.REPLACES,
    Action.REFUSED,
    Action.STOPS,
    Action.TAGS,
    Action.KEEPS,
    Action.NOTHING,
)
"""What is told first: what bills, then what fails."""
ALL_JOBS: Final = "all jobs together"

# Letters and marks that show nothing, though Unicode calls them printable.
_INVISIBLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_CENT: Final = Decimal("0.01")
_LEAST: Final = Decimal("0.000001")
_ALWAYS_IN_DIGITS: Final = 10**15
_ROUGHLY: Final = Context(prec=2, rounding=ROUND_UP)


def in_order(jobs: Iterable[PlannedJob]) -> list[PlannedJob]:
    """The jobs as they are told, otherwise in the order of the plan."""
    return sorted(jobs, key=lambda job: ORDER.index(job.action))


def is_told(job: PlannedJob) -> bool:
    """Whether there is more to say of a job than that nothing changes."""
    return job.action is not Action.NOTHING or bool(job.causes or job.notes)


def visible(text: str) -> str:
    r"""A value in which each character can be seen: a line break is `\n`, one that turns the direction `\u202e`."""
    if text.isprintable() and not _INVISIBLE.search(text):
        return text
    return "".join(
        each if each.isprintable() and not _INVISIBLE.match(each) else each.encode("unicode_escape").decode()
        for each in text
    )


def answer(plan: Plan) -> str:
    """The whole plan in one sentence."""
    parts = [bill(plan)]
    if refused := sum(job.action is Action.REFUSED for job in plan.jobs):
        parts.append(f"{counted(refused, 'job')} {'is' if refused == 1 else 'are'} refused, so the deployment fails")
    if above := sum(bool(job.above) for job in plan.jobs):
        its = "its own ceiling" if above == 1 else "their own ceilings"
        parts.append(f"{counted(above, 'job')} may exceed {its}, so the CDK refuses the deployment")
    if plan.above:
        parts.append(f"all that starts may exceed {counted(len(plan.above), 'ceiling')} of this plan")
    return "; ".join(parts) + "."


def bill(plan: Plan) -> str:
    """What starts, and what it takes at most. It is no whole sentence."""
    total = plan.total
    if not total.jobs:
        return "No paid job starts"
    amounts = (
        (counted(total.records, "record"), "records", total.without_records),
        (f"at most {counted(total.most_tokens, 'token')}", "tokens", total.without_tokens),
        (f"at most {usd(total.usd)} USD", "cost", total.without_usd),
    )
    known = [amount for amount, _, without in amounts if without < total.jobs]
    unknown: dict[int, list[str]] = {}
    for _, name, without in amounts:
        if without:
            unknown.setdefault(without, []).append(name)
    parts = [", ".join(known)] if known else []
    parts += [f"{_listed(names)} not known{_of(without, total.jobs)}" for without, names in unknown.items()]
    return f"{counted(total.jobs, 'paid job')} {'starts' if total.jobs == 1 else 'start'}: {'; '.join(parts)}"


def _of(count: int, jobs: int) -> str:
    return "" if count == jobs else f" for {number(count)} of {counted(jobs, 'job')}"


def _listed(names: list[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def amounts_of(amounts: Amounts) -> str:
    """What a job takes at most, in words."""
    found = ["records not known" if amounts.records is None else counted(amounts.records, "record")]
    if amounts.input_tokens is not None:
        found.append(f"about {counted(amounts.input_tokens, 'token')} of input")
    if amounts.most_tokens is not None:
        found.append(f"at most {counted(amounts.most_tokens, 'token')} in all")
    else:
        found.append("tokens not known" if amounts.input_tokens is None else "tokens of output not known")
    found.append("cost not known" if amounts.usd is None else f"at most {usd(amounts.usd)} USD")
    return ", ".join(found)


def changed(cause: Cause, arrow: str = "->") -> tuple[str, ...]:
    """The change of a cause in parts, of which each second one is a value. Empty: it has none."""
    if cause.before is not None and cause.after is not None:
        return "", cause.before, f" {arrow} ", cause.after
    if cause.after is not None:
        return "", cause.after
    return () if cause.before is None else ("was ", cause.before)


def counted(count: int, noun: str) -> str:
    """`1 record`, `1,200 records`."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def number(count: int) -> str:
    """A count. One that no bill can have is written roughly, and rather too high."""
    return f"{count:,}" if count < _ALWAYS_IN_DIGITS else f"{_ROUGHLY.plus(Decimal(count)):e}"


def usd(value: Decimal) -> str:
    """An amount in USD, rounded up: to cents, or to one digit if it is less than a cent."""
    if value >= _ALWAYS_IN_DIGITS:
        return f"{_ROUGHLY.plus(value):e}"
    step = max(min(_CENT, Decimal(1).scaleb(value.adjusted())), _LEAST)
    return f"{value.quantize(step, ROUND_UP):,f}"
