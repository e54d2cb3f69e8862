"""The table of families."""

import re
from typing import Final

from bedrock_batch.families.anthropic import ANTHROPIC
from bedrock_batch.families.converse import CONVERSE
from bedrock_batch.families.family import Family

FAMILIES: Final = (ANTHROPIC,)
_PROFILE: Final = re.compile(r"^(?:[a-z]{2}(?:-[a-z]+)?|amer|apac|global)\.(?=[^.]+\.)")


def family_of(model_id: str, *, converse: bool) -> Family | None:
    """The family of a model; None if its name does not tell (a custom model, an application inference profile).

    :param model_id: id or ARN of a foundation model or a system-defined inference profile.
    :param converse: whether the records are Converse requests.
    """
    if converse:
        return CONVERSE
    name = _PROFILE.sub("", model_id.rpartition("/")[2])
    return next((each for each in FAMILIES if each.models.match(name)), None)
