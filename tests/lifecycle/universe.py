"""Everything around the handler in simulated time: Lambda, the response bucket, Bedrock, and stacks that use them."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from unittest import mock
from urllib.parse import SplitResult, parse_qs

from botocore.exceptions import ClientError

from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.client import InProcessClient
from bedrock_batch_local.engine.clock import ManualClock
from bedrock_batch_local.engine.faults import Faults
from bedrock_batch_local.engine.job import Job, JobStatus
from bedrock_batch_local.engine.workload import GivenWorkload
from handler.world import ACCOUNT, REGION
from lifecycle.request import Request
from lifecycle.simulation import Agenda, Entry, KilledError, Process
from model_invocation_job.invocation import Invocation

LAMBDA_SECONDS = 900.0
LAMBDA_RETRIES = (60.0, 120.0)
SERVICE_SECONDS = 960
_URL_SECONDS = 7200.0
_LATENCY = 0.05


@dataclass(frozen=True)
class Quirks:
    """Answers to what AWS does not document; the model can give each of them."""

    token_memory_seconds: float = 86_400.0
    get_lag_seconds: float = 0.0
    list_lag_seconds: float = 0.0
    shows_token: bool = True
    replays_arn: bool = True
    ended_stop_error: str = "ValidationException"
    cleanup_has_old_properties: bool = True
    retry_signs_anew: bool = True


@dataclass
class Attempt:
    """One run of the function on one delivery of an event."""

    request: Request
    number: int
    calls: list[str] = field(default_factory=list)


Interference = Callable[[Attempt, int, str], BaseException | None]


class Universe:
    """One account: its clock, its jobs, its function, its stacks' states, and a record of all that was said."""

    def __init__(self, quirks: Quirks | None = None) -> None:
        self.quirks = quirks or Quirks()
        self.clock = ManualClock()
        self.agenda = Agenda(self.clock)
        self._job_ids = (f"job{number:09d}" for number in range(1, 1_000_000))
        self.engine = BatchEngine(
            self.clock,
            # Nearly three hours: a job that nobody stops still runs when CloudFormation's patience is over.
            GivenWorkload(records=5000),
            token_memory_seconds=self.quirks.token_memory_seconds,
            get_lag_seconds=self.quirks.get_lag_seconds,
            list_lag_seconds=self.quirks.list_lag_seconds,
            shows_token=self.quirks.shows_token,
            replays_arn=self.quirks.replays_arn,
            ended_stop_error=self.quirks.ended_stop_error,
            new_job_id=lambda: next(self._job_ids),
        )
        self.faults = Faults(self.clock)
        self.jobs: dict[str, Job] = {}
        self.stopped_by_us: set[str] = set()
        self.statuses: dict[str, str] = {}
        self.requests: list[Request] = []
        self.logs: list[str] = []
        self.double_bills: list[str] = []
        self.interfere: Interference = lambda _attempt, _call, _when: None
        self.latency: Callable[[], float] = lambda: _LATENCY
        self.deliveries: list[float] = []
        self.attempts: dict[Process, Attempt] = {}
        self._signatures = 0
        self.engine.on_change(self._note)

    @contextmanager
    def around_handler(self) -> Iterator["Universe"]:
        """Put the handler's log, timer and socket into this universe."""
        with (
            mock.patch("model_invocation_job.log.print", self._log, create=True),
            mock.patch("model_invocation_job.invocation.Watchdog", self._watchdog),
            mock.patch("model_invocation_job.delivery._put", self._put),
            mock.patch("model_invocation_job.retries.random", random.Random(0)),  # noqa: S311 - a history repeats itself
        ):
            yield self

    # Clients and clock, as the handler sees them -----------------------------------------------------------------

    @property
    def bedrock(self) -> "Outbound":
        client = InProcessClient(
            self.engine, account=ACCOUNT, region=REGION, faults=self.faults, wait=lambda s: Process.current().pause(s)
        )
        return Outbound(self, client)

    @property
    def cloudformation(self) -> "Outbound":
        return Outbound(self, StackStates(self.statuses))

    def monotonic(self) -> float:
        return self.clock.now()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)

    def sleep(self, seconds: float) -> None:
        Process.current().pause(seconds)

    def outbound(self, name: str, effect: Callable[[], Any]) -> Any:
        """One call that leaves the function; others may run before its effect and after it."""
        process = Process.current()
        attempt = self.attempts[process]
        attempt.calls.append(name)
        number = len(attempt.calls)
        process.pause(self.latency())
        self._strike(attempt, number, "before")
        answer = effect()
        self._strike(attempt, number, "after")
        process.pause(self.latency())
        return answer

    def _strike(self, attempt: Attempt, number: int, when: str) -> None:
        error = self.interfere(attempt, number, when)
        if error is not None:
            attempt.request.disturbed = True
            raise error

    # Lambda -----------------------------------------------------------------------------------------------------

    def send(self, event: dict[str, Any], purpose: str, request_id: str | None = None, url: str = "") -> Request:
        """A request of CloudFormation: delivered by Lambda at least once, unanswered after ServiceTimeout."""
        self._signatures += 1
        url = url or (
            "https://cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com/x"
            f"?X-Amz-Date={self.now():%Y%m%dT%H%M%SZ}&X-Amz-Expires=7200&X-Amz-Signature=5ec7e7-{self._signatures}"
        )
        event = {"RequestId": request_id or f"request-{self._signatures}", "ResponseURL": url} | event
        request = Request(event, purpose, self.clock.now() + _URL_SECONDS)
        self.requests.append(request)
        self.agenda.after(SERVICE_SECONDS, lambda: request.give_up("TIMED_OUT"))
        # The first delay is the event's own, any further one makes a duplicate.
        for delay in self.deliveries or [0.1]:
            self.agenda.after(delay, lambda: self._invoke(request, 1))
        self.deliveries = []
        return request

    def _invoke(self, request: Request, number: int) -> None:
        attempt = Attempt(request, number)
        end = self.clock.now() + LAMBDA_SECONDS

        def on_end(error: BaseException | None) -> None:
            timer.cancelled = True
            if error is None:
                return
            if isinstance(error, KilledError):
                request.killed += 1
            if number <= len(LAMBDA_RETRIES):
                self.agenda.after(LAMBDA_RETRIES[number - 1], lambda: self._invoke(request, number + 1))

        def body() -> None:
            context = mock.Mock(spec=["get_remaining_time_in_millis"])
            context.get_remaining_time_in_millis = lambda: int((end - self.clock.now()) * 1000)
            Invocation(self, self).run(request.event, context)

        process = Process(self.agenda, body, on_end)
        self.attempts[process] = attempt
        timer = self.agenda.after(LAMBDA_SECONDS, process.kill)
        process.resume()

    def _watchdog(self, seconds: float, on_expiry: Callable[[], None]) -> "SimulatedWatchdog":
        return SimulatedWatchdog(self, self.attempts[Process.current()], seconds, on_expiry)

    def _put(self, url: SplitResult, body: bytes) -> int:
        answer = json.loads(body)
        signature = parse_qs(url.query)["X-Amz-Signature"][0]

        def arrive() -> int:
            self.faults.strike("Put", "before", self.sleep)
            for request in self.requests:
                if signature not in request.event["ResponseURL"].split("Signature=")[1:]:
                    continue
                if self.clock.now() > request.expires_at:
                    request.expired = True
                    return 403
                if request.event["RequestId"] == answer["RequestId"]:
                    current = self.attempts[Process.current()].request
                    if current is request:
                        request.answer(body, answer, self.statuses[str(request.event["StackId"])])
            self.faults.strike("Put", "after", self.sleep)
            return 200

        status: int = self.outbound("Put", arrive)
        return status

    # Records ----------------------------------------------------------------------------------------------------

    def _log(self, line: str, **_: Any) -> None:
        self.logs.append(line)

    def _note(self, job: Job) -> None:
        if job.status is JobStatus.SUBMITTED:
            self.jobs[job.arn] = job
            process = Process.holder()
            attempt = self.attempts.get(process) if process else None
            if attempt is not None:
                attempt.request.started.append(job.arn)
            run = job.name.rpartition("-")[0]
            useful = {*LIVE, JobStatus.COMPLETED}
            others = [
                other for other in self.jobs.values() if other is not job and other.name.rpartition("-")[0] == run
            ]
            self.double_bills += [f"{job.arn} beside {other.arn}" for other in others if other.status in useful]
        elif job.status is JobStatus.STOPPING and Process.holder() in self.attempts:
            self.stopped_by_us.add(job.arn)

    def live(self) -> set[str]:
        """The jobs that run and cost money."""
        self.engine.tick()
        return {arn for arn, job in self.jobs.items() if job.status in LIVE}


LIVE = frozenset({JobStatus.SUBMITTED, JobStatus.VALIDATING, JobStatus.SCHEDULED, JobStatus.IN_PROGRESS})


class Outbound:
    """A client whose every call leaves the function through the universe."""

    def __init__(self, universe: Universe, client: Any) -> None:
        self._universe = universe
        self._client = client

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        method = getattr(self._client, operation)
        return lambda **arguments: self._universe.outbound(operation, lambda: method(**arguments))


class StackStates:
    """DescribeStacks of CloudFormation; a deleted stack is still found by its ARN."""

    def __init__(self, statuses: dict[str, str]) -> None:
        self._statuses = statuses

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's own spelling
        if StackName not in self._statuses:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "DescribeStacks")
        return {"Stacks": [{"StackId": StackName, "StackStatus": self._statuses[StackName]}]}


class SimulatedWatchdog:
    """The handler's watchdog in simulated time; it strikes in a process of its own, as the real one in a thread."""

    def __init__(self, universe: Universe, attempt: Attempt, seconds: float, on_expiry: Callable[[], None]) -> None:
        def strike() -> None:
            process = Process(universe.agenda, on_expiry, lambda _error: None)
            universe.attempts[process] = Attempt(attempt.request, attempt.number)
            process.resume()

        self._begin: Callable[[], Entry] = lambda: universe.agenda.after(seconds, strike)

    def __enter__(self) -> "SimulatedWatchdog":
        self._entry = self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._entry.cancelled = True
