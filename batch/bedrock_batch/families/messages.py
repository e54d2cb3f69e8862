"""Lists of messages, which several families have: their checks."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from bedrock_batch.families.fault import Fault

_ROLES: Final = frozenset({"user", "assistant"})


def faults_of_messages(messages: Any, *, roles: Collection[str] = _ROLES, system: str = "") -> Iterator[Fault]:
    """What is wrong with the member `messages`.

    :param roles: those that the family knows.
    :param system: where the family takes system texts, if not as a message.
    """
    if not isinstance(messages, list) or not messages:
        yield Fault("modelInput.messages", "must be a list that is not empty")
        return
    for message in messages:
        if not isinstance(message, dict):
            yield Fault("modelInput.messages", "must hold objects only")
        elif (role := message.get("role")) not in roles:
            if role == "system" and system:
                yield Fault(
                    "modelInput.messages.role", f"a message cannot have the role system; put its text into {system}"
                )
            else:
                yield Fault("modelInput.messages.role", f"must be one of {', '.join(sorted(roles))}")
        elif "content" not in message:
            yield Fault("modelInput.messages.content", "required in each message")
