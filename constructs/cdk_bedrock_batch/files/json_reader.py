"""Reads a JSON object from an untrusted file: limited in size, each key once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NoReturn

from bedrock_batch.texts import shown, shown_path

if TYPE_CHECKING:
    from pathlib import Path

# Our own limit.
LARGEST_FILE: Final = 128 * 1024


def load_json_object(path: Path) -> dict[str, Any]:
    """Read a file of one JSON object.

    :raises ValueError: the error names the file, the line if it is known, and the reason.
    """
    name = shown_path(path)
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ValueError(f"{name}: may have {LARGEST_FILE:,} bytes at most")
    try:
        value = json.loads(content.decode(), object_pairs_hook=_object, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}: not UTF-8: {error.reason} at byte {error.start + 1}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{name}:{error.lineno}: not JSON: {error.msg.removesuffix(' at')}") from None
    except RecursionError:
        raise ValueError(f"{name}: nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{name}: not JSON: {error}") from None
    if not isinstance(value, dict):
        raise ValueError(f"{name}: must hold a JSON object")  # noqa: TRY004 - a bad value
    return value


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in members:
        if key in found:
            raise ValueError(f"the key {shown(key)} is there twice")
        found[key] = value
    return found


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
