"""`docs/iam.md`: what is made anew between its markers, from the templates and from what the library itself says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from aws_cdk import Stack

from cdk_bedrock_batch import ModelInvocationJob, RequiredPolicy
from cdk_bedrock_batch._nag import findings
from cdk_bedrock_batch._nag.findings import Finding
from security.marks import assumed, conditions, counts, mark, mark_of
from security.mistakes import MISTAKES
from security.reason import Reason
from security.reasons import REASONS, reason
from security.registry import Configuration
from security.statements import OTHERS, Statement, in_any_stack, statements

Templates = Mapping[str, dict[str, Any]]
Required = Mapping[str, Sequence[RequiredPolicy]]

# What others must add to these is printed whole.
PRINTED: Final = ("another-account", "immutable-role", "imported-topic")
# Several jobs that combine what stands for itself in other configurations.
COMBINED: Final = ("all-options", "app")
_HEAD: Final = "| Policy | May | On | If | Why |\n|---|---|---|---|---|"
_FINDINGS: Final = {
    "service role": findings.SERVICE_ROLE,
    "policy added to a brought role": findings.ADDED_POLICY,
    "handler role": findings.HANDLER_ROLE,
    "handler function": findings.HANDLER_FUNCTION_OUTSIDE,
    "its configuration of asynchronous invocations": findings.HANDLER_INVOKE_CONFIG,
    "its log group": findings.HANDLER_LOG_GROUP,
    "outcome role": findings.OUTCOME_ROLE,
    "outcome function": findings.OUTCOME_FUNCTION,
    "configuration of its asynchronous invocations": findings.OUTCOME_INVOKE_CONFIG,
    "rules that invoke it": findings.OUTCOME_RULE,
    "rule that tells a topic": findings.NOTICE_RULE,
    "log group of the outcome function": findings.OUTCOME_LOG_GROUP,
    "buckets of records and output": findings.DATA_BUCKET,
    "bucket of access logs": findings.ACCESS_LOG_BUCKET,
}
_WILDCARDS: Final = {
    "service role": findings.SERVICE_ROLE_WILDCARDS,
    "handler role": findings.HANDLER_WILDCARDS,
    "outcome role": findings.OUTCOME_WILDCARDS,
}


def required_policies(stacks: Mapping[str, Stack]) -> dict[str, list[RequiredPolicy]]:
    """What others must add, by configuration, each policy once."""
    return {
        name: list(
            {
                (policy.kind, policy.resource, policy.to_json()): policy
                for construct in stack.node.find_all()
                if isinstance(construct, ModelInvocationJob)
                for policy in construct.required_policies
            }.values()
        )
        for name, stack in stacks.items()
    }


def sections(
    configurations: Iterable[Configuration], templates: Templates, required: Required, known: Required
) -> dict[str, str]:
    """All generated sections by name.

    :param required: what others must add, where the environment of the stacks is not known.
    :param known: the same for a known account and Region.
    """
    shown = [each for each in configurations if each.name not in COMBINED]
    rows = {
        each.name: [in_any_stack(row, each.name) for row in statements(templates[each.name], required[each.name])]
        for each in shown
    }
    first, *others = shown
    every = [each for found in rows.values() for each in found]
    return {
        "first": f"{first.title}\n\n{_table(rows[first.name])}",
        "others": "\n\n".join(_difference(each, rows[first.name], rows[each.name]) for each in others),
        "counts": counts(rows[first.name], every),
        "assumptions": assumed(every),
        "conditions": conditions(every),
        "reasons": _reasons(),
        "required": _required(known),
        "mistakes": _mistakes(),
        "findings": _acknowledged(),
    }


def _difference(configuration: Configuration, first: Sequence[Statement], rows: Sequence[Statement]) -> str:
    new = [each for each in rows if each not in first]
    kinds = {each.kind for each in rows}
    gone = dict.fromkeys(
        f"{each.holder} ({_ticks(each.actions)})" for each in first if each.kind not in kinds and each not in rows
    )
    parts = [f"### {configuration.name}", configuration.title]
    if new:
        parts.append(_table(new))
    if gone:
        parts.append(f"Not there: {'; '.join(gone)}.")
    if not new and not gone:
        parts[-1] += " No statement differs."
    return "\n\n".join(parts)


def _table(rows: Iterable[Statement]) -> str:
    return "\n".join([_HEAD, *map(_row, rows)])


def _row(each: Statement) -> str:
    may = _ticks(each.actions, "<br>")
    if each.effect != "Allow":
        may = f"**{each.effect}** {may}"
    if each.principal:
        may = f"`{each.principal}`: {may}"
    why = reason(each)
    conditions = "<br>".join(
        f"{operator} `{key}`: {_ticks(values)} {mark_of(each, why.purpose, key)}"
        for operator, key, values in sorted(each.conditions)
    )
    holder = f"**{each.holder}**" if each.holder.startswith(OTHERS) else each.holder
    basis = mark(why.basis, why.assumption)
    return f"| {holder} | {may} | {_ticks(each.resources, '<br>')} | {conditions} | {why.purpose} {basis} |"


def _ticks(texts: Iterable[str], separator: str = ", ") -> str:
    return separator.join(f"`{text}`" for text in texts)


def _reasons() -> str:
    head = "| Purpose | Why it is needed, and no less | Basis | Source |\n|---|---|---|---|"
    return "\n".join([head, *map(_reason, REASONS)])


def _reason(each: Reason) -> str:
    pages = "; ".join(source.text for source in each.sources)
    return f"| {each.purpose} | {each.why}. | {mark(each.basis, each.assumption)} | {pages} |"


def _required(known: Required) -> str:
    parts = []
    for name in PRINTED:
        for policy in known[name]:
            parts.append(f"`{name}`: {policy.kind} of `{policy.resource}`\n\n```json\n{policy.to_json()}\n```")
    return "\n\n".join(parts)


def _mistakes() -> str:
    head = "| What is wrong | When it shows | Text |\n|---|---|---|"
    return "\n".join([head, *(f"| {each.what} | {each.when} | `{each.text()}` |" for each in MISTAKES)])


def _acknowledged() -> str:
    head = "| Resource | Rule | Packs | Why it stays |\n|---|---|---|---|"
    rows = [_finding(of, each) for of, findings in _FINDINGS.items() for each in findings]
    rows += [
        f"| {of} | IAM5, wildcard in {what} | AwsSolutions | {why}. |"
        for of, reasons in _WILDCARDS.items()
        for what, why in reasons.items()
    ]
    return "\n".join([head, *rows])


def _finding(of: str, each: Finding) -> str:
    return f"| {of} | {each.rule} | {', '.join(each.packs)} | {each.reason}. |"
