"""What happens to a job that a request finds: it is stopped or left alone. The table is in docs/lifecycle.md."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from bedrock_batch.decisions.direction import Direction


class Fate(StrEnum):
    """What is done about a job. The request may still respond with a job that is left alone."""

    STOP = "stopped"
    LEAVE = "left alone"


class Kind(Enum):
    """What a request is for: a Create or an Update to a run, an Update back to an earlier run, or a Delete."""

    FORWARD = auto()
    ROLLBACK = auto()
    DELETE = auto()


class Relation(Enum):
    """How a job of the resource is related to the request that finds it.

    * `NAMED`: the physical id names it.
    * `STARTED_NOW`: Bedrock has just accepted it for this invocation.
    * `STARTED`: Bedrock accepted it for this invocation a while ago.
    * `TAKEN`: the request adopted it.
    * `RAN_BEFORE`: the request adopted it, and it ran before the request was issued.
    * `ATTEMPT`: any job of the run.
    * `ROLLED_BACK`: any job of the run that is rolled back.
    """

    NAMED = auto()
    STARTED_NOW = auto()
    STARTED = auto()
    TAKEN = auto()
    RAN_BEFORE = auto()
    ATTEMPT = auto()
    ROLLED_BACK = auto()


@dataclass(frozen=True)
class RequestFacts:
    """What is known of a request and its stack.

    * `direction`: `None` if CloudFormation does not say.
    * `is_overtaken`: another update of the stack has begun since the request.
    * `is_undone`: a Delete comes with a rollback or with the deletion of the stack.
    * `leaves_running`: the declared `OnRemoval`.
    * `has_rival`: the stack's present operation has started a job of another run.
    * `is_of_held`: the physical id is that of a held resource.
    * `may_have_started`: this invocation has sent a request to start a job.
    """

    kind: Kind
    direction: Direction | None = None
    is_overtaken: bool = False
    is_undone: bool = False
    leaves_running: bool = False
    has_rival: bool = False
    may_have_started: bool = False
    is_of_held: bool = False


@dataclass(frozen=True)
class JobFacts:
    """What is known of a job that was started for this resource.

    * `is_since_request`: it was submitted after the request was issued.
    * `is_since_update`: it was submitted after the stack's last update began.
    * `is_of_operation`: it is young enough to belong to the operation that is rolled back.
    """

    relation: Relation
    has_ended: bool = False
    is_since_request: bool = False
    is_since_update: bool = False
    is_of_operation: bool = False
    is_newest: bool = False


def fate(request: RequestFacts, job: JobFacts) -> Fate:
    """What happens to a job that a request finds."""
    stops = {Kind.FORWARD: _stops_forward, Kind.ROLLBACK: _stops_in_rollback, Kind.DELETE: _stops_in_delete}
    return Fate.STOP if not job.has_ended and stops[request.kind](request, job) else Fate.LEAVE


def _stops_forward(request: RequestFacts, job: JobFacts) -> bool:
    if request.direction is None or job.relation is Relation.RAN_BEFORE:
        return False
    if request.is_overtaken:
        if job.relation is Relation.STARTED_NOW:
            # No other request can have found it.
            return True
        is_late = job.is_since_request if request.may_have_started else job.is_since_update
        return request.has_rival and is_late
    if request.direction is Direction.ROLLBACK_OR_DELETE:
        return job.relation is not Relation.ATTEMPT or job.is_since_request
    # With rollback disabled, CloudFormation ignores what this request has started.
    return request.direction is Direction.FAILED and job.relation in {Relation.STARTED_NOW, Relation.STARTED}


def _stops_in_rollback(_request: RequestFacts, job: JobFacts) -> bool:
    if job.relation is Relation.ROLLED_BACK:
        return job.is_of_operation
    # A rollback returns to an older job. So this request is a repeated delivery of the cancelled update.
    return job.relation is Relation.ATTEMPT and job.is_since_update


def _stops_in_delete(request: RequestFacts, job: JobFacts) -> bool:
    if request.leaves_running:
        return request.is_undone and job.relation is not Relation.RAN_BEFORE
    # With rollback disabled, CloudFormation may delete a failed attempt when a later one is already on record.
    return request.is_undone or job.relation is not Relation.ATTEMPT or not (job.is_newest or request.is_of_held)
