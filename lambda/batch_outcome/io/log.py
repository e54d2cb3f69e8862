"""Log lines as JSON with named fields only. Neither messages of a job nor its tags are among them."""

import json

_LONGEST_VALUE = 1100  # an S3 URI has 1,024 characters at most


def log(message: str, **fields: str | int | float | bool | None) -> None:
    """Write one JSON line. Each text is cut to 1,100 characters, and JSON escapes CR and LF."""
    line = {"message": message} | {name: _shortened(value) for name, value in fields.items()}
    print(json.dumps(line), flush=True)


def _shortened(value: str | int | float | bool | None) -> str | int | float | bool | None:
    return value[:_LONGEST_VALUE] if isinstance(value, str) else value
