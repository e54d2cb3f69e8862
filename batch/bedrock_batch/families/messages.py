"""Lists of messages, which several families have: their checks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bedrock_batch.families.fault import NONE, Fault
from bedrock_batch.families.values import Check

_SYSTEM: Final = "a message cannot have the role system; put its text into modelInput.system"
_LATE_SYSTEM: Final = "only some models take a message with the role system, and never as the first one"
_NO_CONTENT: Final = "only messages of the role assistant are known to lack it"
_FOREIGN: Final = "not a member that a message of this model may have"
_UNKNOWN: Final = "not a member that is known here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """The check of a member `messages`."""

    roles: tuple[str, ...] = ("user", "assistant")
    content: Check
    """What a content must be."""
    system: str | None = _SYSTEM
    """What is said of the role system, if that is none of `roles`."""
    takes_late_system: bool = False
    """Whether some models take the role system after the first message."""
    starts_with_user: bool = False
    may_end_empty: bool = False
    """Whether the last message may have an empty content, if it is the beginning of the answer."""
    may_lack_content: bool = False
    """Whether messages with calls of tools have none."""
    others: frozenset[str] = frozenset()
    """Members beside role and content that are known."""
    foreign: frozenset[str] = frozenset()
    """Members that the model is known to refuse. Any other one is doubtful."""

    def check(self, path: str, messages: Any) -> Sequence[Fault]:
        """What is wrong with the messages."""
        roles, faults = self.roles, self.content
        if type(messages) is list and messages:
            try:
                for message in messages:
                    if len(message) != 2 or message["role"] not in roles or faults("", message["content"]):
                        break
                else:
                    if not self.starts_with_user or messages[0]["role"] == "user":
                        return NONE
            except (KeyError, TypeError):
                pass
        return tuple(self._faults(path, messages))

    def _faults(self, path: str, messages: Any) -> Iterator[Fault]:
        if not isinstance(messages, list) or not messages:
            yield Fault(path, "must be a list that is not empty")
            return
        last = len(messages) - 1
        for position, message in enumerate(messages):
            if not isinstance(message, dict):
                yield Fault(path, "must hold objects only")
                continue
            yield from self._faults_of_role(path, message.get("role"), is_first=position == 0)
            yield from self._faults_of_content(path, message, is_last=position == last)
            for member, value in message.items():
                if member not in ("role", "content") and member not in self.others and value is not None:
                    is_foreign = member in self.foreign
                    yield Fault(f"{path}.{member}", _FOREIGN if is_foreign else _UNKNOWN, not is_foreign)

    def _faults_of_content(self, path: str, message: dict[str, Any], *, is_last: bool) -> Sequence[Fault]:
        content, role = message.get("content"), message.get("role")
        if content is None:
            if not self.may_lack_content:
                return (Fault(f"{path}.content", "required in each message"),)
            return NONE if role == "assistant" else (Fault(f"{path}.content", _NO_CONTENT, True),)
        if self.may_end_empty and is_last and role == "assistant" and content in ("", []):
            return NONE
        return self.content(f"{path}.content", content)

    def _faults_of_role(self, path: str, role: Any, *, is_first: bool) -> Iterator[Fault]:
        if role == "system" and self.takes_late_system and not is_first:
            yield Fault(f"{path}.role", _LATE_SYSTEM, True)
        elif role == "system" and self.system is not None and role not in self.roles:
            yield Fault(f"{path}.role", self.system)
        elif role not in self.roles:
            yield Fault(f"{path}.role", f"must be one of {', '.join(self.roles)}")
        elif is_first and self.starts_with_user and role != "user":
            yield Fault(f"{path}.role", "the first message must have the role user")
