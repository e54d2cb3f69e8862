"""The call to Amazon EventBridge."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from batch_outcome.core.errors import AwsError
from batch_outcome.io.calls import called, passes, unreadable
from batch_outcome.io.time_left import Sleep
from bedrock_batch.outcome.names import DETAIL_TYPE, SOURCE

_PUT: Final = "PutEvents"
# The SDK does not see that an entry failed: the HTTP status is 200.
_WAITS: Final = (1.0, 2.0, 4.0)


@dataclass(frozen=True)
class Bus:
    """The default event bus. `client` is a boto3 `events` client."""

    client: Any
    sleep: Sleep

    def put(self, detail: Mapping[str, Any]) -> None:
        """Put one event.

        :raises AwsError: the bus did not accept it.
        """
        entry = {"Source": SOURCE, "DetailType": DETAIL_TYPE, "Resources": [detail["jobArn"]], "Detail": _text(detail)}
        waits = iter(_WAITS)
        while (code := self._try(entry)) is not None:
            may_pass = passes(code, 0)
            if not may_pass or (seconds := next(waits, None)) is None:
                raise AwsError(_PUT, code, passes=may_pass)
            self.sleep(seconds)

    def _try(self, entry: Mapping[str, Any]) -> str | None:
        """Put an entry. Returns the error code of the entry, `None` if it was accepted."""
        answer = called(_PUT, lambda: self.client.put_events(Entries=[entry]))
        if not isinstance(answer.get("FailedEntryCount"), int):
            raise unreadable(_PUT)
        if not answer["FailedEntryCount"]:
            return None
        return str(next((each["ErrorCode"] for each in answer.get("Entries", []) if each.get("ErrorCode")), ""))


def _text(detail: Mapping[str, Any]) -> str:
    """The detail as JSON. EventBridge refuses half a surrogate pair, which a message may have."""
    return json.dumps(detail, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace").decode()
