"""Whether what starts stays within the ceilings of a plan."""

from decimal import Decimal

from bedrock_batch.cost import Ceilings
from bedrock_batch.plan.planned import Total


def above(total: Total, ceilings: Ceilings) -> tuple[str, ...]:
    """A sentence for each ceiling that the sum may exceed. What is not known may exceed each."""
    amounts: tuple[tuple[str, Decimal | float | None, Decimal | int, int, str], ...] = (
        ("--max-records", ceilings.max_records, total.records, total.without_records, "records"),
        ("--max-tokens", ceilings.max_tokens, total.most_tokens, total.without_tokens, "tokens"),
        ("--max-usd", ceilings.max_usd, total.usd, total.without_usd, "USD"),
    )
    found = []
    for option, ceiling, amount, unknown, what in amounts:
        if ceiling is None:
            continue
        if amount > ceiling:
            found.append(f"{option} is {_shown(ceiling)}, and what starts may take {_shown(amount)} {what}.")
        elif unknown:
            found.append(
                f"{option} is {_shown(ceiling)}, and nobody can tell the {what} of {unknown} of the "
                f"{total.jobs} paid {'job' if total.jobs == 1 else 'jobs'}."
            )
    return tuple(found)


def _shown(value: Decimal | float) -> str:
    return f"{Decimal(value).normalize():,f}"
