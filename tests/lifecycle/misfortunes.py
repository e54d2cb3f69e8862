"""What IAM and the services do to calls, whoever makes them and whenever."""

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ReadTimeoutError

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.client import client_error
from bedrock_batch_local.engine.errors import BatchApiError, access_denied, validation
from bedrock_batch_local.engine.faults import Fault, pass_role_denied, role_not_assumable
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.proxy_page import ProxyPageError
from lifecycle.simulation import KilledError
from lifecycle.universe import Universe

_CREATE = "CreateModelInvocationJob"
_READS = ("GetModelInvocationJob", "ListModelInvocationJobs")
_ROLE = "arn:aws:iam::111122223333:role/Service"


Misfortune = Callable[["Misfortunes"], None]


@dataclass(frozen=True)
class CallFault:
    """What happens to the n-th call from now, `before` or `after` its effect.

    `kill`, `cut`, `throttle`, `page` (of a proxy) or `freeze`, which lets the function stand still for 40 seconds.
    """

    call: int
    when: str
    what: str

    def error(self, operation: str) -> BaseException:
        """What the function meets; the response bucket knows no errors of the API."""
        if self.what == "kill":
            return KilledError()
        if operation == "Put":
            return ConnectionResetError()
        if self.what == "page":
            return ProxyPageError(200)
        if self.what == "cut" or self.when == "after":
            cut: Exception = ReadTimeoutError(endpoint_url="https://bedrock.example")
            return cut
        throttled: Exception = client_error("Any", BatchApiError("ThrottlingException", "slow down"))
        return throttled


class Misfortunes:
    """Draws them into one universe; a request that meets one is marked as disturbed."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._role_effective_at = 0.0
        universe.engine.on_change(self._validate)

    def right_comes_late(self, what: str, seconds: float) -> None:
        """A right of the function or the trust of the role is effective only after so many seconds."""
        until = self._universe.clock.now() + seconds
        if what == "iam:PassRole":
            self._add(_CREATE, pass_role_denied(_ROLE, until))
        elif what == "sts:AssumeRole" and self._universe.quirks.role_checked_late:
            self._role_effective_at = until
        elif what == "sts:AssumeRole":
            self._add(_CREATE, role_not_assumable(_ROLE, until))
        else:
            refusal = access_denied(f"User is not authorized to perform: {what} because no policy allows it")
            self._add(what.partition(":")[2], Fault(refusal, times=None, until=until))

    def service_fails(self, operation: str, error: str, times: int) -> None:
        """So many calls in a row are answered with an error."""
        self._add(operation, Fault(error, times=times))

    def service_is_out(self, operation: str, error: str, seconds: float) -> None:
        """For so many seconds all calls are answered with an error, or with the page of a proxy."""
        self._add(operation, Fault(error, times=None, until=self._universe.clock.now() + seconds))

    def refuses_with_text(self, text: str) -> None:
        """A start is refused with a text of the service's own."""
        self._add(_CREATE, Fault(BatchApiError("ResourceNotFoundException", text)))

    def bucket_refuses(self, status: int, times: int) -> None:
        """So many answers in a row are refused with an HTTP status that passes."""
        self._universe.refusals = [status] * times

    def end(self) -> None:
        """Everything works again."""
        self._universe.faults.clear()
        self._universe.refusals.clear()
        self._role_effective_at = 0.0

    def _add(self, operation: str, fault: Fault) -> None:
        fault.meanwhile = self._mark(operation)
        self._universe.faults.add(operation, fault)

    def _mark(self, operation: str) -> Callable[[], None]:
        def mark() -> None:
            request = self._universe.current_request()
            if request is not None:
                request.disturbed = True
                request.unread = request.unread or operation in _READS
                request.blind = request.blind or operation == "DescribeStacks"

        return mark

    def _validate(self, job: Job) -> None:
        if job.status is JobStatus.VALIDATING and self._universe.clock.now() < self._role_effective_at:
            self._universe.engine.end(job, JobStatus.FAILED, validation(f"Could not assume {_ROLE}").message)
