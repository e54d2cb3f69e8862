"""What goes wrong with a deployment besides what its plan foresees."""

from collections.abc import Mapping
from random import Random
from typing import Final

from lifecycle.misfortunes import Misfortunes
from lifecycle.plan import Plan

NONE: Final = "none"
DELETED: Final = "deleted and created again"
_NO_ROLLBACK: Final = "fails without a rollback"
# How often in a hundred deployments.
MISFORTUNES: Final[Mapping[str, int]] = {
    NONE: 66,
    "another resource fails": 8,
    "cancelled": 5,
    _NO_ROLLBACK: 12,
    "Bedrock refuses": 4,
    # After the deployment, which itself goes well.
    DELETED: 5,
}
_MOMENTS: Final = (0.3, 2.0, 300.0, 2000.0)


def draw(chance: Random, *, is_unsure: bool) -> str:
    """One of them. A stack that has failed without a rollback is not rolled back by its next failure."""
    found = chance.choices(list(MISFORTUNES), list(MISFORTUNES.values()))[0]
    return _NO_ROLLBACK if is_unsure and found in ("another resource fails", "cancelled") else found


def plan_of(misfortune: str, chance: Random, misfortunes: Misfortunes, *, is_retained: bool) -> Plan:
    """What the model of CloudFormation is told of it."""
    moment = chance.choice(_MOMENTS)
    if misfortune == "Bedrock refuses":
        misfortunes.refuses_with_text("The model cannot be used")
    if misfortune == "another resource fails":
        return Plan(other_fails_after=moment, retains=is_retained)
    if misfortune == "cancelled":
        return Plan(cancelled_after=moment, retains=is_retained)
    if misfortune == _NO_ROLLBACK:
        return Plan(other_fails_after=moment, rolls_back=False, retains=is_retained)
    return Plan(retains=is_retained)
