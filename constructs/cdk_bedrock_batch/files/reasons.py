"""Of which option of a file an error text of the library tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bedrock_batch.options import Members
    from cdk_bedrock_batch.files.table_reader import Given

_PARAMETER: Final = re.compile(r"(?P<name>[a-z_]+):? (?P<rest>.*)", re.DOTALL)


def told_of(reason: str, members: Members, given: Mapping[str, Given]) -> tuple[Given, str, str] | None:
    """The value of the option with whose name an error text begins, that name in the file, and the rest of the text.

    :return: None if the text begins with no such name, or nobody gave the option.
    """
    found = _PARAMETER.fullmatch(reason)
    if found is None:
        return None
    names = (each.name for each in members.options if found["name"] in (each.name, *each.parameters))
    name = next((each for each in names if each in given), None)
    return None if name is None else (given[name], name, found["rest"])
