"""One invocation of the function: one event of EventBridge."""

from typing import Any

from batch_outcome.core.errors import MalformedEventError
from batch_outcome.core.occasion import End, occasion_of
from batch_outcome.core.own_stack import OwnStack
from batch_outcome.io.clients import Clients
from batch_outcome.io.log import log
from batch_outcome.io.time_left import TimeLeft
from batch_outcome.operations.end import tell_end
from batch_outcome.operations.look import look
from batch_outcome.operations.session import Session


def handle(event: Any, clients: Clients, own: OwnStack, left: TimeLeft) -> None:
    """Handle one event. A malformed one is logged and ignored.

    :raises OutcomeError: something is left to be done. Lambda retries the event, and the schedule looks after it.
    """
    try:
        occasion = occasion_of(event)
    except MalformedEventError as error:
        log("event ignored", reason=str(error))
        return
    session = Session.of(own, clients, left)
    if isinstance(occasion, End):
        tell_end(session, occasion)
    else:
        look(session, occasion.at)
