"""Strict reader of the resource's properties."""

import re
from collections.abc import Mapping
from typing import Any

from bedrock_batch.errors import InvalidPropertyError

# float() also accepts ' 1', 'nan', '1_0' and Arabic-Indic digits.
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,30})?(e-[0-9]{1,2})?")


class Node:
    """An object in the properties. It knows its path, which each error names.

    CloudFormation sends every scalar as a string. Each method raises `InvalidPropertyError` for a value of another
    form. An empty string counts as absent.
    """

    def __init__(self, path: str, value: Any) -> None:
        """Take the object at `path`; "" is the top.

        :raises InvalidPropertyError: it is not an object.
        """
        if not isinstance(value, Mapping):
            raise InvalidPropertyError(f"property {path or 'ResourceProperties'} must be an object")
        self._path = path
        self._value = value

    def node(self, member: str) -> "Node":
        """The object at a member."""
        return Node(self.path(member), self._value.get(member))

    def optional_node(self, member: str) -> "Node | None":
        """The object at a member, `None` when absent."""
        return None if self._value.get(member) in (None, "") else self.node(member)

    def path(self, member: str) -> str:
        """The member's path from the top, for messages."""
        return f"{self._path}.{member}" if self._path else member

    def optional_text(
        self, member: str, *, matching: re.Pattern[str] | None = None, one_of: tuple[str, ...] = ()
    ) -> str | None:
        """The string at a member, `None` when absent."""
        value = self._value.get(member)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise InvalidPropertyError(f"property {self.path(member)} must be a string")
        if matching is not None and not matching.fullmatch(value):
            raise InvalidPropertyError(
                f"property {self.path(member)} must match {matching.pattern}, got {value[:100]!r}"
            )
        if one_of and value not in one_of:
            raise InvalidPropertyError(
                f"property {self.path(member)} must be one of {', '.join(one_of)}, got {value[:100]!r}"
            )
        return value

    def text(self, member: str, *, matching: re.Pattern[str] | None = None, one_of: tuple[str, ...] = ()) -> str:
        """The string at a member."""
        value = self.optional_text(member, matching=matching, one_of=one_of)
        if value is None:
            raise InvalidPropertyError(f"property {self.path(member)} is missing")
        return value

    def texts(self, required: str, *optional: str) -> dict[str, str]:
        """One required and some optional strings. Absent ones are left out."""
        found = {required: self.text(required)} | {member: self.optional_text(member) for member in optional}
        return {member: value for member, value in found.items() if value is not None}

    def optional_integer(self, member: str, *, within: tuple[int, int]) -> int | None:
        """The whole number in a member's string, `None` when absent."""
        text = self.optional_text(member)
        if text is None:
            return None
        # int() also accepts ' 24', '2_4' and Arabic-Indic digits.
        if not re.fullmatch(r"[0-9]{1,9}", text) or not within[0] <= int(text) <= within[1]:
            raise InvalidPropertyError(
                f"property {self.path(member)} must be a whole number between {within[0]} and {within[1]},"
                f" got {text[:100]!r}"
            )
        return int(text)

    def optional_decimal(self, member: str, *, within: tuple[int, int]) -> float | None:
        """The number in a member's string, as JSON writes it, `None` when absent."""
        text = self.optional_text(member)
        if text is None:
            return None
        if not _DECIMAL.fullmatch(text) or not within[0] <= float(text) <= within[1]:
            raise InvalidPropertyError(
                f"property {self.path(member)} must be a number from {within[0]} to {within[1]}, got {text[:100]!r}"
            )
        return float(text)

    def optional_text_list(self, member: str) -> list[str]:
        """The list of strings at a member. It is empty when absent."""
        return self.text_list(member) if self._value.get(member) else []

    def text_list(self, member: str) -> list[str]:
        """The list of strings at a member. It has at least one."""
        value = self._value.get(member)
        if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
            raise InvalidPropertyError(f"property {self.path(member)} must be a list of strings with at least one item")
        return list(value)

    def nodes(self, member: str) -> list["Node"]:
        """The list of objects at a member. It is empty when absent."""
        value = self._value.get(member) or []
        if not isinstance(value, list):
            raise InvalidPropertyError(f"property {self.path(member)} must be a list")
        return [Node(f"{self.path(member)}[{index}]", item) for index, item in enumerate(value)]
