"""A job in other words than those of its request, as a service may show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def normal_form(members: Mapping[str, Any], model_id: str) -> dict[str, Any]:
    """What Get and List show of a job, in other words with the same meaning.

    The S3 URIs of input and output end with a slash where those in ``members`` do not, and the reverse.
    ``s3InputFormat`` is left out, ``modelId`` is ``model_id``, and members are in reverse order at every level.
    """
    restated = {**members, "modelId": model_id}
    for name in ("inputDataConfig", "outputDataConfig"):
        restated[name] = {kind: _restated(config) for kind, config in members[name].items()}
    reversed_members: dict[str, Any] = _reversed(restated)
    return reversed_members


def _restated(config: Mapping[str, Any]) -> dict[str, Any]:
    uri = str(config["s3Uri"])
    without_format = {name: value for name, value in config.items() if name != "s3InputFormat"}
    return without_format | {"s3Uri": uri[:-1] if uri.endswith("/") else f"{uri}/"}


def _reversed(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {name: _reversed(member) for name, member in reversed(list(value.items()))}
