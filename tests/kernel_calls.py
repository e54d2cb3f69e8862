"""Calls between Python and the jsii kernel, the JavaScript process in which CDK runs."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jsii._kernel.providers.process import _NodeProcess

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count messages to the kernel in a block by kind and name; `complete` answers one of its callbacks."""
    calls: Counter[str] = Counter()
    send = _NodeProcess.send

    def counting(self: _NodeProcess, request: Any, response_type: Any) -> Any:
        calls[_name(request)] += 1
        return send(self, request, response_type)

    _NodeProcess.send = counting  # type: ignore[method-assign]  # the one door to the kernel
    try:
        yield calls
    finally:
        _NodeProcess.send = send  # type: ignore[method-assign]  # see above


def _name(request: Any) -> str:
    kind = type(request).__name__.removesuffix("Request").lower()
    name = next((getattr(request, each) for each in ("property", "method", "fqn") if hasattr(request, each)), "")
    return f"{kind} {name}".strip()
