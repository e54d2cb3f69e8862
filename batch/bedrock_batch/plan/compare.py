"""Compares what an app declares with what is on record, job by job."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from bedrock_batch.plan.foreseen import Foreseen, OnRecord, Properties, foresee
from bedrock_batch.plan.planned import PAID
from bedrock_batch.plan.recorded import job_ids, on_record
from bedrock_batch.plan.side import Located, Side, made_up_stack_id
from bedrock_batch.plan.stack import DeclaredStack, Record

_RETAINED: Final = frozenset({"Retain", "RetainExceptOnCreate"})


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A job before a deployment and after it.

    `foreseen` is `None` if the stack itself is no longer declared, so that no deployment reaches the job.
    """

    stack: str
    before: OnRecord
    declared: Properties | None
    foreseen: Foreseen | None
    is_assumed: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)
    """What the assembly says of the job: as it is declared, or else as it was."""
    path: str = ""
    """Of the construct in its stack."""

    @property
    def key(self) -> tuple[str, str]:
        """What names the resource among all."""
        return self.before.resource.stack_id, self.before.resource.logical_id


def compare(
    declared: Sequence[DeclaredStack], records: Sequence[Record], exports: Mapping[str, str] | None = None
) -> list[Pair]:
    """What a deployment of all declared stacks does to each job.

    :param records: the stacks on record, also those that are no longer declared.
    :param exports: the exports on record.
    """
    # A job may read the output of another one, which a new run moves, and so on.
    anew: set[tuple[str, str]] = set()
    while True:
        found = list(_Round(declared, records, exports, anew).pairs())
        more = {
            each.key
            for each in found
            if each.foreseen is not None and (each.foreseen.action in PAID or each.foreseen.adopts)
        }
        if more <= anew:
            return found
        anew |= more


class _Round:
    """One look at all jobs. Attributes of the jobs in `anew` are not known before the deployment."""

    def __init__(
        self,
        declared: Sequence[DeclaredStack],
        records: Sequence[Record],
        exports: Mapping[str, str] | None,
        anew: set[tuple[str, str]],
    ) -> None:
        self._before, self._after = Side(exports), Side(exports)
        self._anew = anew
        self._stacks: list[tuple[Record | None, Located | None, Located | None]] = []
        left = list(records)
        for stack in declared:
            record = next((each for each in left if each.declared.is_same_place(stack)), None)
            if record is not None:
                left.remove(record)
            self._add(record, stack)
        for record in left:
            self._add(record, None)

    def pairs(self) -> Iterator[Pair]:
        """The jobs of all stacks and of their nested stacks."""
        for record, before, after in self._stacks:
            yield from self._pairs(record, before, after, is_reached=after is not None)

    def _add(self, record: Record | None, stack: DeclaredStack | None) -> None:
        before = None if record is None else self._recorded(record)
        after = None if stack is None else self._declared(stack, record, before)
        for side, located in ((self._before, before), (self._after, after)):
            if located is not None:
                side.stacks.append(located)
        self._stacks.append((record, before, after))

    def _recorded(self, record: Record, parent: Located | None = None, logical_id: str = "") -> Located:
        ids = record.physical_ids.get
        located = Located(record.declared, record.stack_id, self._before, ids, record.parameters, parent, logical_id)
        located.nested |= {name: self._recorded(each, located, name) for name, each in record.nested.items()}
        return located

    def _declared(
        self,
        stack: DeclaredStack,
        record: Record | None,
        before: Located | None,
        parent: Located | None = None,
        logical_id: str = "",
    ) -> Located:
        around = "" if parent is None else parent.stack_id
        stack_id = made_up_stack_id(stack, around=around) if record is None else record.stack_id
        located = Located(stack, stack_id, self._after, parent=parent, logical_id=logical_id)
        if record is None or before is None:
            inner: Mapping[str, Record] = {}
        else:
            inner = record.nested
            located.physical_id_of = partial(self._staying, record, before, located)
            # The CDK CLI deploys with the values that parameters have.
            known = stack.template.get("Parameters", {})
            values = {**record.parameters, **record.current}
            located.own_parameters = {name: value for name, value in values.items() if name in known}
        for name, each in stack.nested.items():
            inner_before = None if before is None else before.nested.get(name)
            located.nested[name] = self._declared(each, inner.get(name), inner_before, located, name)
        return located

    def _staying(self, record: Record, before: Located, after: Located, logical_id: str) -> str | None:
        """The physical id that a resource keeps."""
        physical_id = record.physical_ids.get(logical_id)
        if physical_id is None or (record.stack_id, logical_id) in self._anew:
            return None
        return physical_id if before.trait_of(logical_id) == after.trait_of(logical_id) else None

    def _pairs(
        self, record: Record | None, before: Located | None, after: Located | None, *, is_reached: bool
    ) -> Iterator[Pair]:
        old = {} if before is None else before.jobs
        new = {} if after is None else after.jobs
        for logical_id in dict.fromkeys([*new, *old, *job_ids(record)]):
            yield self._pair(logical_id, record, before, after, is_reached=is_reached)
        nested = {**({} if before is None else before.nested), **({} if after is None else after.nested)}
        for name in nested:
            inner_record = None if record is None else record.nested.get(name)
            inner_before = None if before is None else before.nested.get(name)
            inner_after = None if after is None or not after.has(name) else after.nested.get(name)
            yield from self._pairs(inner_record, inner_before, inner_after, is_reached=is_reached)

    def _pair(
        self, logical_id: str, record: Record | None, before: Located | None, after: Located | None, *, is_reached: bool
    ) -> Pair:
        shown = after if after is not None and logical_id in after.jobs else before
        assert shown is not None  # noqa: S101 - one of both has the job
        declared = None if after is None else after.jobs.get(logical_id)
        recorded = on_record(logical_id, record, before, after, shown)
        resource = shown.declared.resource(logical_id)
        policy = "DeletionPolicy" if declared is None else "UpdateReplacePolicy"
        path = shown.declared.path_of(logical_id)
        foreseen = None
        if is_reached:
            foreseen = foresee(
                recorded,
                declared,
                is_retained=resource.get(policy) in _RETAINED,
                is_certain=record is not None and logical_id in record.failed,
            )
        return Pair(
            stack=shown.root.declared.name,
            before=recorded,
            declared=declared,
            foreseen=foreseen,
            is_assumed=record is not None and record.is_assumed,
            told=shown.declared.told.get(f"/{path}", {}),
            path=path.removesuffix("/Resource").removeprefix(f"{shown.root.declared.path}/"),
        )
