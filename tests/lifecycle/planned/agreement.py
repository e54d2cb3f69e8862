"""Compares what a plan foresaw of one stack with what its deployment did."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bedrock_batch.plan.compare import Pair
from bedrock_batch.plan.foreseen import Foreseen
from bedrock_batch.plan.planned import PAID, Action
from bedrock_batch.run.identity import ResourceIdentity
from bedrock_batch.run.physical_id import PhysicalId
from lifecycle.planned.app import NamedStack
from lifecycle.planned.bill import Bill


@dataclass(frozen=True)
class Deployment:
    """One stack before and after its deployment.

    * `ids`: the physical ids before.
    * `cleaned_up`: jobs that an earlier update had replaced when it failed without a rollback.
    * `unsure`: resources of which the record does not tell what CloudFormation has, after a failure without a rollback.
      A plan foresees at least what happens to them.
    """

    stack: NamedStack
    bill: Bill
    ids: dict[str, str]
    cleaned_up: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)

    @property
    def live(self) -> set[str]:
        """The jobs that run now."""
        return self.stack.universe.record.live()

    @property
    def has_succeeded(self) -> bool:
        """Whether it ended well."""
        return self.stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")

    def started(self, logical_id: str) -> list[str]:
        """The jobs that were started for a resource."""
        return self.bill.started(self.resource(logical_id))

    def resource(self, logical_id: str) -> ResourceIdentity:
        """A resource of the stack."""
        return ResourceIdentity(self.stack.stack_id, logical_id)

    def job_before(self, logical_id: str) -> str:
        """The ARN on record before."""
        return PhysicalId.parse(self.ids.get(logical_id, "")).job_arn

    def job_after(self, logical_id: str) -> str:
        """The ARN on record now."""
        recorded = self.stack.recorded.get(logical_id)
        return "" if recorded is None else PhysicalId.parse(recorded.physical_id).job_arn


def differences(pairs: Sequence[Pair], deployment: Deployment) -> Iterator[str]:
    """What is otherwise than foreseen, of the jobs of one stack."""
    foreseen = {pair.before.resource.logical_id: pair.foreseen for pair in pairs}
    for logical_id, each in foreseen.items():
        if each is None:
            yield f"{logical_id}: no deployment was foreseen"
            continue
        found = _of_success(logical_id, each, deployment)
        yield from found if deployment.has_succeeded else _of_failure(logical_id, each, deployment)
    started = {arn for name in foreseen for arn in deployment.started(name)}
    if not set(deployment.bill.all_started) <= started:
        yield f"started for no job of the plan: {set(deployment.bill.all_started) - started}"
    if deployment.has_succeeded:
        yield from _stops({name: each for name, each in foreseen.items() if each is not None}, deployment)


def _of_failure(logical_id: str, foreseen: Foreseen, deployment: Deployment) -> Iterator[str]:
    started = len(deployment.started(logical_id))
    if started > (foreseen.action in PAID):
        yield f"{logical_id}: {foreseen.action} was foreseen, and {started} jobs were started"


def _of_success(logical_id: str, foreseen: Foreseen, deployment: Deployment) -> Iterator[str]:
    if foreseen.action is Action.REFUSED:
        yield f"{logical_id}: refused was foreseen ({foreseen.reason})"
    if logical_id in deployment.unsure:
        yield from _of_failure(logical_id, foreseen, deployment)
        return
    yield from _starts(logical_id, foreseen, deployment)
    yield from _tags(logical_id, foreseen, deployment)
    kept = foreseen.keeps_running
    if kept is not None and kept.arn not in deployment.live:
        yield f"{logical_id}: {kept.arn} was to keep running"


def _starts(logical_id: str, foreseen: Foreseen, deployment: Deployment) -> Iterator[str]:
    """A job is started, or adopted, or that on record stays."""
    action, adopts = foreseen.action, foreseen.adopts
    started, before, after = (
        deployment.started(logical_id),
        deployment.job_before(logical_id),
        deployment.job_after(logical_id),
    )
    if len(started) != (action in PAID) or (action is Action.REPLACES) != (bool(started) and bool(before)):
        yield f"{logical_id}: {action} was foreseen of {before or 'no job'}, and {len(started)} jobs were started"
    expected = adopts.arn if adopts is not None else before
    if not started and logical_id in deployment.stack.recorded and after != expected:
        yield f"{logical_id}: {action} was foreseen with {expected or 'no job'} on record, and {after} is"


def _tags(logical_id: str, foreseen: Foreseen, deployment: Deployment) -> Iterator[str]:
    """Tags of the job on record change as foreseen. An adopted job gets its tags in any case."""
    if foreseen.adopts is not None:
        return
    is_foreseen, job_arn = foreseen.action is Action.TAGS, deployment.job_before(logical_id)
    if is_foreseen != (deployment.resource(logical_id) in deployment.bill.tagged):
        yield f"{logical_id}: {foreseen.action} was foreseen, and tags were {'not ' if is_foreseen else ''}set"
    if not is_foreseen and job_arn and deployment.bill.has_other_tags(job_arn):
        yield f"{logical_id}: {foreseen.action} was foreseen, and tags of {job_arn} are others"


def _stops(foreseen: Mapping[str, Foreseen], deployment: Deployment) -> Iterator[str]:
    expected = {name: each.stops.arn for name, each in foreseen.items() if each.stops is not None}
    certain = {arn for name, arn in expected.items() if name not in deployment.unsure}
    stopped = deployment.bill.stopped
    if missing := certain - stopped:
        yield f"foreseen and not stopped: {missing}"
    if more := stopped - set(expected.values()) - deployment.cleaned_up:
        yield f"stopped and not foreseen: {more}"
    for name, each in foreseen.items():
        if (each.action is Action.STOPS) != (each.stops is not None and each.action is not Action.REPLACES):
            yield f"{name}: {each.action} was foreseen, and stops {each.stops}"
