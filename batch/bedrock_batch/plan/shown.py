"""What is shown of a job in a plan."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from bedrock_batch.job import Job
from bedrock_batch.plan.causes import causes, new_job, removed
from bedrock_batch.plan.compare import Pair
from bedrock_batch.plan.planned import PAID, Action, Amounts, Cause, PlannedJob
from bedrock_batch.plan.told import ABOVE, AMOUNTS, DECLARED_AT

# An assembly may come from anywhere. No job has more records, tokens or USD.
_WHOLE: Final = re.compile("[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_HELD: Final = "The declared run is held. Remove hold to start it."
_UNREACHED: Final = (
    "The stack {stack} is no longer declared, so no deployment reaches it, and its jobs keep running. cdk destroy "
    "{stack}, at a commit that declares it, stops them."
)


def planned(pairs: Sequence[Pair]) -> Iterator[PlannedJob]:
    """What is shown of each job."""
    gone = [each for each in pairs if each.declared is None]
    for pair in pairs:
        action = Action.NOTHING if pair.foreseen is None else pair.foreseen.action
        is_named = bool(pair.before.job_arn) and not pair.is_assumed
        job = pair.before.job
        yield PlannedJob(
            stack=pair.stack,
            logical_id=pair.before.resource.logical_id,
            name=_name(pair),
            action=action,
            causes=_causes(pair, action),
            amounts=_amounts(pair) if pair.declared is not None else Amounts(),
            job_arn=pair.before.job_arn if is_named else None,
            status=job.status if is_named and job is not None else None,
            notes=tuple(_notes(pair, gone)),
            above=tuple(_above(pair)),
        )


def unpriced_models(pairs: Iterable[Pair]) -> list[str]:
    """The models of paid jobs whose tokens are known, and whose price is not."""
    found: dict[str, None] = {}
    for pair in pairs:
        amounts = _amounts(pair)
        is_paid = pair.foreseen is not None and pair.foreseen.action in PAID
        if is_paid and amounts.most_tokens is not None and amounts.usd is None:
            found[str(((pair.declared or {}).get("Job") or {}).get("modelId"))] = None
    return list(found)


def _name(pair: Pair) -> str:
    """The path in the stack, by which the other commands know the job, too."""
    return pair.path or pair.before.resource.logical_id


def _causes(pair: Pair, action: Action) -> tuple[Cause, ...]:
    if action is Action.NOTHING and pair.before.properties == pair.declared:
        return ()
    if pair.declared is None:
        return (removed(pair.told),)
    if pair.before.properties is None:
        is_back = pair.foreseen is not None and pair.foreseen.adopts is not None
        return (new_job(pair.told, "declared again" if is_back else "new job"),)
    return causes(pair.before.properties, pair.declared, pair.told)


def _notes(pair: Pair, gone: Sequence[Pair]) -> Iterator[str]:
    foreseen = pair.foreseen
    if foreseen is None:
        yield _UNREACHED.format(stack=pair.stack)
        return
    if foreseen.reason:
        yield f"The deployment fails: {foreseen.reason}."
    if foreseen.is_held and pair.declared is not None:
        yield _HELD
    if foreseen.adopts is not None:
        yield f"An earlier job of the same run is taken again: {_shown(foreseen.adopts)}. Nothing is paid for it."
    if pair.declared is None and foreseen.stops is None and foreseen.keeps_running is None:
        yield "No job of it runs, so nothing is stopped."
    if foreseen.keeps_running is not None:
        yield f"{_shown(foreseen.keeps_running, pair)} keeps running, as declared."
    if foreseen.action is Action.STARTS and pair.before.properties is None:
        yield from _moved(pair, gone)


def _moved(pair: Pair, gone: Sequence[Pair]) -> Iterator[str]:
    """Whether the same work is removed elsewhere, under another name or in another stack."""
    for other in gone:
        if _is_like(pair, other):
            where = f"{other.stack}/{_name(other)}"
            yield f"It looks like {where}, renamed or moved. To CloudFormation it is another job, and is paid again."
            return


def _is_like(pair: Pair, other: Pair) -> bool:
    """Whether a job that is removed has the same work, the same name in another stack, or the same file."""
    file = _file(pair)
    is_same_file = file is not None and file == _file(other)
    return _work(other.before.properties) == _work(pair.declared) or other.path == pair.path or is_same_file


def _file(pair: Pair) -> object:
    declared_at = pair.told.get(DECLARED_AT)
    return declared_at.get("file") if isinstance(declared_at, Mapping) else None


def _work(properties: Mapping[str, Any] | None) -> tuple[Any, ...]:
    job = (properties or {}).get("Job") or {}
    found = [(properties or {}).get(each) for each in ("InputDigest", "InputRevision", "RunId")]
    return (job.get("modelId"), job.get("modelInvocationType"), *found)


def _shown(job: Job, pair: Pair | None = None) -> str:
    if pair is not None and pair.is_assumed:
        return "The job of the base"
    return f"{job.arn} ({job.status or 'its status is not known'})"


def _amounts(pair: Pair) -> Amounts:
    told = pair.told.get(AMOUNTS)
    found: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
    records = found.get("records", (pair.declared or {}).get("InputRecords"))
    return Amounts(
        records=_whole(records),
        input_tokens=_whole(found.get("inputTokens")),
        most_output_tokens=_whole(found.get("mostOutputTokens")),
        usd=_usd(found.get("usd")),
    )


def _above(pair: Pair) -> list[str]:
    told = pair.told.get(ABOVE)
    return [str(each) for each in told] if isinstance(told, list) and pair.declared is not None else []


def _whole(value: object) -> int | None:
    # Metadata has a number, a property a text.
    text = str(value)
    return int(text) if not isinstance(value, bool) and _WHOLE.fullmatch(text) else None


def _usd(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else None
