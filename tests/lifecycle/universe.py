"""Everything around the handler in simulated time: Lambda, the response bucket, Bedrock, and stacks that use them."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest import mock
from urllib.parse import SplitResult, parse_qs

from bedrock_batch_local.engine.client import InProcessClient
from bedrock_batch_local.engine.clock import ManualClock
from bedrock_batch_local.engine.faults import Faults
from bedrock_batch_local.engine.proxy_page import ProxyPageError
from handler.buckets import Buckets, BucketsClient
from handler.cloudformation import StackStates, StackView
from handler.world import ACCOUNT, PROMPTS, REGION, UPLOADED
from lifecycle.job_record import JobRecord
from lifecycle.lambda_service import Attempt, LambdaService
from lifecycle.outbound import Outbound
from lifecycle.quirks import Quirks
from lifecycle.request import URL_SECONDS, Request
from lifecycle.simulation import Agenda, Process

SERVICE_SECONDS = 960

_LATENCY = 0.05
_DELIVERY_SECONDS = 0.1

Interference = Callable[[Attempt, int, str], BaseException | None]


class Universe:
    """One account: its clock, its jobs, its function, its stacks' states, and a record of all that was said.

    `deliveries` are, for the next request of a purpose, the seconds after which Lambda delivers its event; more than
    one make duplicates. The next answers meet a response bucket that says `refusals`.
    """

    def __init__(self, quirks: Quirks | None = None) -> None:
        self.quirks = quirks or Quirks()
        self.clock = ManualClock()
        self.agenda = Agenda(self.clock)
        job_ids = (f"job{number:09d}" for number in range(1, 1_000_000))
        self.engine = self.quirks.engine(self.clock, lambda: next(job_ids))
        self.faults = Faults(self.clock)
        self.buckets = Buckets(self.clock, ACCOUNT, self.faults)
        self.buckets.put(UPLOADED, PROMPTS)
        self.lambda_service = LambdaService(self)
        self.record = JobRecord(self.engine, self.quirks.retention_seconds, self.current_request, self._began_at)
        self.stacks: dict[str, StackView] = {}
        self.requests: list[Request] = []
        self.logs: list[str] = []
        self.interfere: Interference = lambda _attempt, _call, _when: None
        self.latency: Callable[[], float] = lambda: _LATENCY
        self.deliveries: dict[str, list[float]] = {}
        self.refusals: list[int] = []
        self._signatures = 0

    @contextmanager
    def around_handler(self) -> Iterator["Universe"]:
        """Put the handler's log, timer and socket into this universe."""
        with (
            mock.patch("model_invocation_job.io.log.print", self._log, create=True),
            mock.patch("model_invocation_job.invocation.Watchdog", self.lambda_service.watchdog),
            mock.patch("model_invocation_job.io.delivery.put", self._put),
            mock.patch("model_invocation_job.io.waiting.random", random.Random(0)),  # noqa: S311 - a history repeats itself
        ):
            yield self

    # Clients and clock, as the handler sees them -----------------------------------------------------------------

    @property
    def bedrock(self) -> Outbound:
        client = InProcessClient(self.engine, account=ACCOUNT, region=REGION, faults=self.faults, wait=self.sleep)
        return Outbound(self.outbound, client)

    @property
    def cloudformation(self) -> Outbound:
        return Outbound(self.outbound, StackStates(self.stacks, self.faults, self.sleep, self.engine.availability))

    @property
    def s3(self) -> Outbound:
        return Outbound(self.outbound, BucketsClient(self.buckets, self.sleep, self.engine.availability))

    def monotonic(self) -> float:
        return self.clock.now()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)

    def sleep(self, seconds: float) -> None:
        Process.current().pause(seconds)

    def outbound(self, name: str, effect: Callable[[], Any]) -> Any:
        """One call that leaves the function; others may run before its effect and after it."""
        process = Process.current()
        attempt = self.lambda_service.attempts[process]
        attempt.calls.append(name)
        number = len(attempt.calls)
        process.pause(self.latency())
        try:
            self._strike(attempt, number, "before")
            answer = effect()
            self._strike(attempt, number, "after")
        except ProxyPageError as page:
            return page.as_read("".join(word.title() for word in name.split("_")))
        process.pause(self.latency())
        return answer

    def _strike(self, attempt: Attempt, number: int, when: str) -> None:
        error = self.interfere(attempt, number, when)
        if error is not None:
            attempt.request.disturbed = True
            raise error

    def current_request(self) -> Request | None:
        """The request that the handler is at work for, if it is it that runs."""
        attempt = self.lambda_service.current()
        return None if attempt is None else attempt.request

    def _began_at(self, request: Request) -> float:
        view = self.stacks[str(request.event["StackId"])]
        return max(view.created_at, view.updated_at)

    # CloudFormation's side ---------------------------------------------------------------------------------------

    def send(self, event: dict[str, Any], purpose: str, request_id: str | None = None, url: str = "") -> Request:
        """A request of CloudFormation: delivered by Lambda at least once, unanswered after ServiceTimeout."""
        self._signatures += 1
        url = url or (
            f"https://cloudformation-custom-resource-response-useast1.{self.quirks.response_host}/x"
            f"?X-Amz-Date={self.now():%Y%m%dT%H%M%SZ}&X-Amz-Expires=7200&X-Amz-Signature=5ec7e7-{self._signatures}"
        )
        event = {"RequestId": request_id or f"request-{self._signatures}", "ResponseURL": url} | event
        request = Request(event, purpose, self.clock.now() + URL_SECONDS)
        self.requests.append(request)
        self.agenda.after(SERVICE_SECONDS, lambda: request.give_up("TIMED_OUT"))
        for delay in self.deliveries.pop(purpose, [_DELIVERY_SECONDS]):
            self.lambda_service.take(request, delay)
        return request

    def _put(self, url: SplitResult, body: bytes) -> int:
        answer = json.loads(body)
        signature = parse_qs(url.query)["X-Amz-Signature"][0]

        def arrive() -> int:
            if self.refusals:
                return self.refusals.pop()
            for request in self.requests:
                if signature not in request.event["ResponseURL"].split("Signature=")[1:]:
                    continue
                if self.clock.now() > request.expires_at:
                    request.expired = True
                    return 403
                if request.event["RequestId"] == answer["RequestId"] and self.current_request() is request:
                    state = self.stacks[str(request.event["StackId"])].state
                    request.answer(body, answer, self.clock.now(), state)
            return 200

        status: int = self.outbound("Put", arrive)
        return status

    def _log(self, line: str, **_: Any) -> None:
        self.logs.append(line)
