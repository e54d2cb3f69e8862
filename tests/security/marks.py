"""The marks of `docs/iam.md`: how well each statement and condition is documented, and what rests on an assumption."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from security.assumptions import ASSUMPTIONS, Assumption
from security.conditions import ConditionBasis, condition_basis
from security.reasons import reason
from security.sources import Basis
from security.statements import Statement

_BASES: Final = {
    Basis.BATCH: "documented for batch inference",
    Basis.ELSEWHERE: "documented elsewhere",
    Basis.OURS: "ours",
}


def mark_of(statement: Statement, purpose: str, key: str) -> str:
    """The mark of a condition."""
    found = condition_basis(statement, purpose, key)
    return mark(found.source.basis, found.assumption)


def mark(basis: Basis, assumption: Assumption | None) -> str:
    """How well something is documented, and the number of what it takes for granted."""
    return f"({basis}, {assumption.number})" if assumption else f"({basis})"


def conditions(rows: Iterable[Statement]) -> str:
    """Each use of a condition key, with where it comes from."""
    head = "| Condition key | In | For | Basis | Source |\n|---|---|---|---|---|"
    found = _kinds_of_condition(rows)
    return "\n".join(
        [
            head,
            *(
                f"| `{key}` | {holder} | {purpose} | {mark(use.source.basis, use.assumption)} | {use.source.text} |"
                for (key, holder, purpose), use in sorted(found.items())
            ),
        ]
    )


def assumed(rows: Iterable[Statement]) -> str:
    """The assumptions, with the purposes of the statements that rest on each."""
    resting: dict[str, dict[str, None]] = {each.number: {} for each in ASSUMPTIONS}
    for each in rows:
        for assumption in assumptions_of(each):
            resting[assumption.number][f"{reason(each).purpose} ({each.holder})"] = None
    head = "| | What is taken for granted | By | If it is wrong | What to write then | Question of `make live` |"
    return "\n".join(
        [
            f"{head}\n|---|---|---|---|---|---|",
            *(
                f"| {each.number} | {each.says}. | {'; '.join(resting[each.number])} | {each.if_wrong} | "
                f"{each.way_out} | `{each.question}` |"
                for each in ASSUMPTIONS
            ),
        ]
    )


def assumptions_of(statement: Statement) -> tuple[Assumption, ...]:
    """What a statement and its conditions take for granted."""
    why = reason(statement)
    uses = (condition_basis(statement, why.purpose, key).assumption for _, key, _ in statement.conditions)
    return tuple(dict.fromkeys(each for each in (why.assumption, *uses) if each is not None))


def counts(first: Sequence[Statement], every: Sequence[Statement]) -> str:
    """How many statements have which basis, and how many rest on an assumption."""
    kinds = {(each.holder, reason(each).purpose): each for each in every}
    columns = [list(kinds.values()), list(first)]
    uses = [list(_kinds_of_condition(every).values()), [use for each in first for use in _uses(each)]]
    lines = [
        "| | Kinds of statement | Statements of the first configuration | Kinds of condition | Of the first one |",
        "|---|---|---|---|---|",
    ]
    for basis, words in _BASES.items():
        statement_counts = [sum(reason(each).basis is basis for each in column) for column in columns]
        use_counts = [sum(use.source.basis is basis for use in found) for found in uses]
        lines.append(_count_row(words, statement_counts, use_counts))
    lines.append(_count_row("all", [len(column) for column in columns], [len(found) for found in uses]))
    lines.append(
        _count_row(
            "**rest on an assumption**",
            [sum(bool(assumptions_of(each)) for each in column) for column in columns],
            [sum(use.assumption is not None for use in found) for found in uses],
        )
    )
    return "\n".join(lines)


def _uses(statement: Statement) -> list[ConditionBasis]:
    purpose = reason(statement).purpose
    return [condition_basis(statement, purpose, key) for _, key, _ in statement.conditions]


def _kinds_of_condition(rows: Iterable[Statement]) -> dict[tuple[str, str, str], ConditionBasis]:
    return {
        (key, each.holder, reason(each).purpose): condition_basis(each, reason(each).purpose, key)
        for each in rows
        for _, key, _ in each.conditions
    }


def _count_row(words: str, statement_counts: Sequence[int], use_counts: Sequence[int]) -> str:
    return f"| {words} | {' | '.join(map(str, (*statement_counts, *use_counts)))} |"
