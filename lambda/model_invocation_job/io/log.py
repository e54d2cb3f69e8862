"""Log lines as JSON with named fields only. Whole events and exceptions can contain secrets."""

import json

from model_invocation_job.core.secrets import without_secrets

_LONGEST_VALUE = 500


def log(message: str, **fields: str | int | float | bool | None) -> None:
    """Write one JSON line. Each value is cut to 500 characters, and JSON escapes CR and LF."""
    line = {"message": message} | {name: _shortened(value) for name, value in fields.items()}
    print(json.dumps(line), flush=True)


def _shortened(value: str | int | float | bool | None) -> str | int | float | bool | None:
    return without_secrets(value)[:_LONGEST_VALUE] if isinstance(value, str) else value
