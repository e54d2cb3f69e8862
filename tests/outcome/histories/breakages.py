"""The function without one of its rules."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from typing import Any
from unittest import mock

from batch_outcome.core.errors import AwsError, UnreadableError
from batch_outcome.core.marker import ALL_STEPS, marker_of, marker_place
from batch_outcome.core.own_stack import OwnStack
from batch_outcome.io.bus import Bus
from batch_outcome.io.jobs import Jobs
from batch_outcome.io.objects import Objects
from batch_outcome.operations import end, look, reading, telling
from batch_outcome.operations.session import Session
from bedrock_batch.job import Job
from bedrock_batch.outcome.detail import detail_of
from bedrock_batch.outcome.report import Report
from bedrock_batch.s3_object import S3Object

Breakage = Callable[[], AbstractContextManager[Any]]


def _everywhere(name: str, instead: Any, *modules: Any) -> AbstractContextManager[Any]:
    stack = ExitStack()
    for module in modules:
        stack.enter_context(mock.patch.object(module, name, instead))
    return stack


def no_schedule() -> AbstractContextManager[Any]:
    """Only Bedrock's events are told."""
    return mock.patch("batch_outcome.invocation.look", return_value=None)


def marker_not_read() -> AbstractContextManager[Any]:
    """Every end is taken for one that was not told yet, though its marker is asked for."""

    def unread(session: Session, job: Job, *, is_certain: bool) -> frozenset[Any]:
        pending(session, job, is_certain=is_certain)
        return ALL_STEPS

    pending = reading.pending
    return mock.patch.object(reading, "pending", unread)


def marker_before_event() -> AbstractContextManager[Any]:
    """The marker is written first: at most once."""

    def first(session: Session, report: Report, steps: Any, *, has_claim: bool = False) -> None:
        session.objects.write(report.job, marker_place(report.job), marker_of(detail_of(report)))
        tell(session, report, steps, has_claim=has_claim)

    tell = telling.tell
    return _everywhere("tell", first, end, look)


def refused_entries_not_seen() -> AbstractContextManager[Any]:
    """HTTP status 200 counts as accepted."""

    def accepted(self: Bus, entry: Mapping[str, Any]) -> None:
        self.client.put_events(Entries=[entry])

    return mock.patch.object(Bus, "_try", accepted)


def first_page_is_all() -> AbstractContextManager[Any]:
    """Only the first page of the list is read."""

    def first(self: Jobs, name_part: str, since: Any) -> Iterator[Job]:
        arguments = {"nameContains": name_part, "submitTimeAfter": since, "maxResults": 1000}
        yield from map(Job.of, self.client.list_model_invocation_jobs(**arguments)["invocationJobSummaries"])

    return mock.patch.object(Jobs, "listed", first)


def refused_metrics_forgotten() -> AbstractContextManager[Any]:
    """The marker does not say that metrics are left to be put."""

    def hopeful(session: Session, report: Report) -> bool:
        put(session, report)
        return True

    put = telling._has_put_metrics
    return mock.patch.object(telling, "_has_put_metrics", hopeful)


def refusal_is_absence() -> AbstractContextManager[Any]:
    """An error that passes counts as an object that is not there."""

    def gone(self: Objects, job: Job, place: S3Object) -> bytes | None:
        try:
            return read(self, job, place)
        except AwsError:
            return None

    read = Objects.read
    return mock.patch.object(Objects, "read", gone)


def told_without_run_file() -> AbstractContextManager[Any]:
    """The default rule holds where the run file cannot be read, and the event is told."""

    def guessed(session: Session, job: Job) -> Any:
        try:
            return run_file(session, job) or {}
        except (AwsError, UnreadableError):
            return {}

    def asked(session: Session, job: Job, found: Any) -> bool:
        return not found or asks(session, job, found)

    run_file, asks = reading.run_file, end.asks
    stack = ExitStack()
    stack.enter_context(mock.patch.object(reading, "run_file", guessed))
    stack.enter_context(mock.patch.object(end, "asks", asked))
    return stack


def broken_run_file_is_gone() -> AbstractContextManager[Any]:
    """A run file that cannot be read is no error."""

    def hidden(session: Session, job: Job) -> Any:
        with suppress(UnreadableError):
            return run_file(session, job)

    run_file = reading.run_file
    return mock.patch.object(reading, "run_file", hidden)


def no_patience() -> AbstractContextManager[Any]:
    """The schedule tells an end at once."""
    return mock.patch.object(look, "_is_due", return_value=True)


def no_claim() -> AbstractContextManager[Any]:
    """A late look does not try whether it can write the marker."""

    def bold(session: Session, report: Report, steps: Any, **_claim: bool) -> None:
        tell(session, report, steps)

    tell = telling.tell
    return mock.patch.object(look, "tell", bold)


def any_job_is_own() -> AbstractContextManager[Any]:
    """Whatever has a run file belongs to this stack."""
    return mock.patch.object(OwnStack, "owns", return_value=True)


def end_not_looked_for_again() -> AbstractContextManager[Any]:
    """The counters of Bedrock are told at once, if there is no manifest yet."""
    return mock.patch.object(end, "_later", lambda _session, job: (job, {}))


def claim_is_told() -> AbstractContextManager[Any]:
    """A marker that says that the event is pending counts as told."""

    def told(session: Session, job: Job, *, is_certain: bool) -> frozenset[Any]:
        found = pending(session, job, is_certain=is_certain)
        return found if session.objects.read(job, marker_place(job)) is None else frozenset()

    pending = reading.pending
    return mock.patch.object(reading, "pending", told)
