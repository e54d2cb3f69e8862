"""Every reason, and the one of a statement: the first that fits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from security.reasons_of_handler import OF_HANDLER
from security.reasons_of_jobs import OF_JOBS
from security.reasons_of_outcomes import OF_OUTCOMES
from security.reasons_of_places import OF_PLACES

if TYPE_CHECKING:
    from security.reason import Reason
    from security.statements import Statement

REASONS: Final = (*OF_JOBS, *OF_HANDLER, *OF_OUTCOMES, *OF_PLACES)


def reason(statement: Statement) -> Reason:
    """Why a statement is there.

    :raises LookupError: nobody has said.
    """
    conditions = " ".join(f"{key} {' '.join(values)}" for _, key, values in statement.conditions)
    text = " ".join((statement.effect, statement.principal, *statement.actions, *statement.resources, conditions))
    for each in REASONS:
        if re.fullmatch(each.holder, statement.holder) and re.search(each.says, text):
            return each
    raise LookupError(f"no reason is given for {statement}")
