"""A client of the engine in the same process that looks like boto3's ``bedrock`` client."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError
from botocore.validate import ParamValidator

from bedrock_batch_local.engine.api_model import operation, partition_of
from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.clock import ManualClock
from bedrock_batch_local.engine.errors import BatchApiError
from bedrock_batch_local.engine.faults import Fault, Faults, When
from bedrock_batch_local.engine.proxy_page import ProxyPageError
from bedrock_batch_local.engine.scope import Scope


class InProcessClient:
    """The seven batch operations with boto3's names, arguments and responses, for one account and Region.

    Raises ``botocore.exceptions.ClientError`` for what the service refuses and ``ParamValidationError`` for what
    botocore refuses before it sends. ``calls`` lists every call as ``(method name, keyword arguments)``. Clients may
    share ``faults`` (default: its own). ``wait`` is called for the delay of a fault (default: moves a manual clock).
    The engine's outages and rate limit apply here too; code that calls the engine itself does not meet them.
    """

    def __init__(
        self,
        engine: BatchEngine,
        *,
        account: str = "000000000000",
        region: str = "us-east-1",
        faults: Faults | None = None,
        wait: Callable[[float], None] | None = None,
    ) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.faults = faults or Faults(engine.clock)
        self._engine = engine
        self._scope = Scope(account, region, partition_of(region))
        self._wait = wait or self._move_clock

    def fault(self, operation: str, error: BaseException | str, when: When = "before", times: int = 1) -> None:
        """Make the next ``times`` calls of ``operation`` (a method or API name) fail, before or after their effect.

        ``error`` is an error code of the API, which becomes a ``ClientError``; or ``ProxyPage`` with an HTTP status for
        a proxy's page; or any exception, raised as it is (a read timeout, for instance). Faults of one operation apply
        in the order in which they were set.
        """
        self.faults.add(_api_name(operation), Fault(error, when, times))

    def create_model_invocation_job(self, **kwargs: Any) -> dict[str, Any]:
        # botocore fills the idempotency token in the same way.
        params = {"clientRequestToken": str(uuid.uuid4())} | kwargs
        return self._call(
            "create_model_invocation_job", kwargs, lambda: {"jobArn": self._engine.create(self._scope, params)}
        )

    def get_model_invocation_job(self, **kwargs: Any) -> dict[str, Any]:
        return self._call(
            "get_model_invocation_job", kwargs, lambda: self._engine.get(self._scope, kwargs["jobIdentifier"])
        )

    def list_model_invocation_jobs(self, **kwargs: Any) -> dict[str, Any]:
        return self._call("list_model_invocation_jobs", kwargs, lambda: self._engine.list_jobs(self._scope, kwargs))

    def stop_model_invocation_job(self, **kwargs: Any) -> dict[str, Any]:
        return self._call(
            "stop_model_invocation_job", kwargs, lambda: self._engine.stop(self._scope, kwargs["jobIdentifier"])
        )

    def tag_resource(self, **kwargs: Any) -> dict[str, Any]:
        return self._call(
            "tag_resource", kwargs, lambda: self._engine.tag(self._scope, kwargs["resourceARN"], kwargs["tags"])
        )

    def untag_resource(self, **kwargs: Any) -> dict[str, Any]:
        return self._call(
            "untag_resource", kwargs, lambda: self._engine.untag(self._scope, kwargs["resourceARN"], kwargs["tagKeys"])
        )

    def list_tags_for_resource(self, **kwargs: Any) -> dict[str, Any]:
        return self._call(
            "list_tags_for_resource",
            kwargs,
            lambda: {"tags": self._engine.list_tags(self._scope, kwargs["resourceARN"])},
        )

    def _call(self, method: str, kwargs: dict[str, Any], effect: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
        self.calls.append((method, copy.deepcopy(kwargs)))
        name = _api_name(method)
        report = ParamValidator().validate(kwargs, operation(name).input_shape)
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())
        return answered(name, lambda: self._through(name, effect))

    def _through(self, name: str, effect: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
        self._strike(name, "before")
        answer = copy.deepcopy(effect() or {})
        self._strike(name, "after")
        return answer

    def _strike(self, name: str, when: When) -> None:
        self.faults.strike(name, when, self._wait)
        self._engine.availability.check(name, when)

    def _move_clock(self, seconds: float) -> None:
        if not isinstance(self._engine.clock, ManualClock):
            raise TypeError("a delay needs a manual clock or a way to wait")
        self._engine.clock.advance(seconds)


def answered(operation_name: str, call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The members that ``call`` returns, as boto3 returns them, with ``ResponseMetadata``.

    An error of the service or of a proxy becomes what boto3 raises, or returns, for it.
    """
    try:
        return {"ResponseMetadata": _metadata(200), **call()}
    except BatchApiError as error:
        raise client_error(operation_name, error) from None
    except ProxyPageError as page:
        return page.as_read(operation_name)


def client_error(operation_name: str, error: BatchApiError) -> ClientError:
    """The exception that boto3 raises when the service returns ``error``."""
    body = {"Error": {"Code": error.code, "Message": error.message}, "ResponseMetadata": _metadata(error.status)}
    return ClientError(body, operation_name)


def _metadata(status: int) -> dict[str, Any]:
    return {"RequestId": str(uuid.uuid4()), "HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}


def _api_name(name: str) -> str:
    return "".join(part.title() for part in name.split("_")) if "_" in name else name
