"""The clients that the handler gets: every call leaves the function through the universe."""

from collections.abc import Callable
from typing import Any

Leave = Callable[[str, Callable[[], Any]], Any]


class Outbound:
    """A client whose every call goes through `leave`."""

    def __init__(self, leave: Leave, client: Any) -> None:
        self._leave = leave
        self._client = client

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        method = getattr(self._client, operation)
        return lambda **arguments: self._leave(operation, lambda: method(**arguments))
