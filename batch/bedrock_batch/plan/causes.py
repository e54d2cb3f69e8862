"""Why a deployment does something to a job: the options that changed, and where they are written."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from bedrock_batch.errors import InvalidPropertyError
from bedrock_batch.outcome import OutcomeRule
from bedrock_batch.outcome.judge import allowed
from bedrock_batch.plan.planned import Cause
from bedrock_batch.plan.told import DECLARED_AT
from bedrock_batch.plan.values import is_known
from bedrock_batch.run.declaration import JobSpec

Told = Mapping[str, Any]
# The members that define a run, and the option that each comes from.
_DEFINING: Final[Mapping[str, str]] = {
    "model": "model",
    "invocationType": "invocation_type",
    "inputDigest": "input",
    "inputRevision": "input",
    "inputUri": "input",
    "inputBucket": "storage",
    "inputKey": "storage",
    "outputUri": "output_prefix",
    "outputKey": "storage",
    "runId": "run_id",
}
_LONGEST: Final = 200


def causes(before: Mapping[str, Any], declared: Mapping[str, Any], told: Told) -> tuple[Cause, ...]:
    """The options that changed, those that define a run first."""
    try:
        old, new = JobSpec.parse(before), JobSpec.parse(declared)
    except InvalidPropertyError:
        return (_cause("declaration", told),)
    found: dict[str, Cause] = {}
    for cause in (*_of_run(old, new, told), *_of_rest(old, new, told)):
        found.setdefault(cause.what, cause)
    return tuple(found.values())


def new_job(told: Told, what: str = "new job") -> Cause:
    """The cause of a job that was not there before."""
    return _cause(what, told)


def removed(told: Told) -> Cause:
    """The cause of a job that is there no more, and where it was."""
    return Cause(what="removed", before=_place("", told))


def _of_run(old: JobSpec, new: JobSpec, told: Told) -> Iterator[Cause]:
    before, after = old.defining(), new.defining()
    for member, option in _DEFINING.items():
        if before.get(member) == after.get(member):
            continue
        if option == "input":
            yield _cause(option, told, *_contents(old, new))
        else:
            yield _cause(option, told, *(None if option == "storage" else each.get(member) for each in (before, after)))


def _of_rest(old: JobSpec, new: JobSpec, told: Told) -> Iterator[Cause]:
    if old.hold != new.hold:
        yield _cause("hold", told, *("held" if each.hold else "not held" for each in (old, new)))
    if old.tags != new.tags:
        yield _cause("tags", told, _others(old.tags, new.tags), _others(new.tags, old.tags))
    pairs: dict[str, tuple[Any, Any]] = {
        "timeout_hours": (old.timeout_hours, new.timeout_hours),
        "job_name_prefix": (old.name_prefix, new.name_prefix),
        "gate": (old.gate, new.gate),
        "gate_timeout_seconds": (old.gate_seconds, new.gate_seconds),
        "on_removal": (old.on_removal, new.on_removal),
    }
    for option, (one, two) in pairs.items():
        if one != two:
            yield _cause(option, told, *(None if each is None else str(each) for each in (one, two)))
    if old.vpc != new.vpc:
        yield _cause("vpc", told)
    if old.role_arn != new.role_arn and old.defining() == new.defining():
        yield _cause("service_role", told)
    if old.input_columns != new.input_columns and old.input_digest == new.input_digest:
        yield _cause("input", told, None, "other columns")
    yield from _of_outcome(old, new, told)


def _of_outcome(old: JobSpec, new: JobSpec, told: Told) -> Iterator[Cause]:
    topics = [each.outcome.notify if each.outcome else () for each in (old, new)]
    rules = [each.outcome and replace(each.outcome, notify=()) for each in (old, new)]
    if topics[0] != topics[1]:
        yield _cause("notify", told, *(", ".join(each) or None for each in topics))
        # Without `outcome`, `notify` has the default rule.
        rules = [each or OutcomeRule() for each in rules]
    if rules[0] != rules[1]:
        yield _cause("outcome", told, *(None if each is None else allowed(each) for each in rules))


def _cause(what: str, told: Told, before: str | None = None, after: str | None = None) -> Cause:
    return Cause(what=what, place=_place(what, told), before=_shown(before), after=_shown(after))


def _place(option: str, told: Told) -> str | None:
    """Where an option is written, or else its job."""
    declared_at = told.get(DECLARED_AT)
    if not isinstance(declared_at, Mapping):
        return None
    options = declared_at.get("options")
    place = options.get(option) if isinstance(options, Mapping) else None
    return str(place or f"{declared_at.get('file')}:{declared_at.get('line')}")


def _contents(old: JobSpec, new: JobSpec) -> tuple[str | None, str]:
    """What is said of records: their number if it changed, or else that they are other ones."""
    counts = [None if each.input_records is None else f"{each.input_records:,} records" for each in (old, new)]
    if counts[0] != counts[1] and None not in counts:
        return counts[0], str(counts[1])
    places = [None if each.input_digest else each.input["s3Uri"] for each in (old, new)]
    if places[0] != places[1]:
        return places[0], places[1] or "records that are uploaded"
    return None, "other contents" if counts[1] is None else f"other contents, {counts[1]} as before"


def _others(tags: Mapping[str, str], than: Mapping[str, str]) -> str | None:
    """The tags that are other ones."""
    return ", ".join(f"{key}={tags[key]}" for key in sorted(tags) if than.get(key) != tags[key]) or None


def _shown(value: str | None) -> str | None:
    return value[:_LONGEST] if value and is_known(value) else None
