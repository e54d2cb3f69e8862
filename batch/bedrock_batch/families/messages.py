"""Lists of messages, which several families have: their checks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bedrock_batch.families.fault import NONE, Fault

_SYSTEM: Final = "a message cannot have the role system; put its text into modelInput.system"
_LATE_SYSTEM: Final = "only some models take a message with the role system, and never as the first one"


def is_text_or_typed_blocks(content: Any) -> bool:
    """Whether a content is a string, or a list of objects with `type`."""
    if isinstance(content, str):
        return True
    if not isinstance(content, list):
        return False
    for block in content:  # noqa: SIM110  (three times as fast as all())
        if not isinstance(block, dict) or "type" not in block:
            return False
    return True


def is_blocks(content: Any) -> bool:
    """Whether a content is a list of objects without `type`, each with one member that says what it is."""
    if not isinstance(content, list):
        return False
    for block in content:
        if not isinstance(block, dict) or "type" in block:
            return False
        # Members that are not set may be null.
        if len(block) != 1 and sum(value is not None for value in block.values()) != 1:
            return False
    return True


TYPED: Final = "must be a string, or a list of blocks that have a type each"
BLOCKS: Final = 'must be a list of blocks with one member each, such as {"text": ...}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """The check of a member `messages`."""

    roles: tuple[str, ...] = ("user", "assistant")
    is_content: Callable[[Any], bool]
    """Whether a content has the form of the family."""
    content: str
    """What a content must be, for an error text."""
    system: str | None = _SYSTEM
    """What is said of the role system, if that is none of `roles`."""
    takes_late_system: bool = False
    """Whether some models take the role system after the first message."""
    starts_with_user: bool = False
    may_lack_content: bool = False
    """Whether messages with calls of tools have none."""

    def __call__(self, path: str, messages: Any) -> Sequence[Fault]:
        """What is wrong with the messages."""
        roles, is_content = self.roles, self.is_content
        if isinstance(messages, list) and messages:
            for message in messages:
                if not isinstance(message, dict) or message.get("role") not in roles:
                    break
                if not is_content(message.get("content")):
                    break
            else:
                if not self.starts_with_user or messages[0]["role"] == "user":
                    return NONE
        return tuple(self._faults(path, messages))

    def _faults(self, path: str, messages: Any) -> Iterator[Fault]:
        if not isinstance(messages, list) or not messages:
            yield Fault(path, "must be a list that is not empty")
            return
        for position, message in enumerate(messages):
            if not isinstance(message, dict):
                yield Fault(path, "must hold objects only")
                continue
            yield from self._faults_of_role(path, message.get("role"), is_first=position == 0)
            if message.get("content") is None:
                if not self.may_lack_content:
                    yield Fault(f"{path}.content", "required in each message")
            elif not self.is_content(message["content"]):
                yield Fault(f"{path}.content", self.content)

    def _faults_of_role(self, path: str, role: Any, *, is_first: bool) -> Iterator[Fault]:
        if role == "system" and self.takes_late_system and not is_first:
            yield Fault(f"{path}.role", _LATE_SYSTEM, True)
        elif role == "system" and self.system is not None and role not in self.roles:
            yield Fault(f"{path}.role", self.system)
        elif role not in self.roles:
            yield Fault(f"{path}.role", f"must be one of {', '.join(self.roles)}")
        elif is_first and self.starts_with_user and role != "user":
            yield Fault(f"{path}.role", "the first message must have the role user")
