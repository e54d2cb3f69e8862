"""Log lines as JSON with named fields only: events and exceptions can hold secrets and are never printed whole."""

import json
import re

_LONGEST_VALUE = 500
# CloudFormation's response address is as good as a password, and the texts of other parts may repeat it.
_SECRETS = re.compile(
    r"https?://\S*(?:X-Amz-|Signature|cloudformation-custom-resource-response)\S*"
    # As in an address or, with its value after a blank, as in a header.
    r"|X-Amz-[^\s:=]+(?:\s*[:=]\s*\S+)?",
    re.IGNORECASE,
)


def log(message: str, **fields: str | int | float | bool | None) -> None:
    """Write one JSON line; every value is cut to 500 characters, JSON escapes CR and LF."""
    line = {"message": message} | {name: _shortened(value) for name, value in fields.items()}
    print(json.dumps(line), flush=True)


def without_secrets(text: str) -> str:
    """The text without response addresses and parts of signatures."""
    return _SECRETS.sub("<removed>", text)


def _shortened(value: str | int | float | bool | None) -> str | int | float | bool | None:
    return without_secrets(value)[:_LONGEST_VALUE] if isinstance(value, str) else value
