"""The values of a template, as CloudFormation would send them to the handler.

What only a deployment can tell is a placeholder. The same expression always has the same placeholder, so that values
can be compared. It has the form of a bucket's name, which a declaration accepts everywhere.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

# Short, so that the name of a bucket may hold two of them.
_PLACEHOLDER_DIGITS: Final = 10
_PLACEHOLDER: Final = re.compile(f"unknown[0-9a-f]{{{_PLACEHOLDER_DIGITS}}}")
_IN_SUB: Final = re.compile(r"\$\{(!?)([^}]*)\}")
_ABSENT: Final = object()
_MOST_LEVELS: Final = 64
# A template of a megabyte has far fewer. Its expressions may refer to each other so that there is no end of them.
_MOST_STEPS: Final = 500_000
# What is raised by a template that CloudFormation refuses.
_MALFORMED: Final = (TypeError, ValueError, IndexError, KeyError, AttributeError)

Outside = Callable[[str, Any], Any]
"""A function from an intrinsic function of other stacks, with its resolved arguments, to a value or None."""


def placeholder(*what: object) -> str:
    """What stands for a value that is not known."""
    digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
    return f"unknown{digest[:_PLACEHOLDER_DIGITS]}"


def is_known(value: object) -> bool:
    """Whether nothing in a value is a placeholder."""
    return not _PLACEHOLDER.search(value if isinstance(value, str) else json.dumps(value))


class Values:
    """Resolves the expressions of one template."""

    def __init__(
        self,
        template: Mapping[str, Any],
        *,
        pseudo: Mapping[str, str],
        parameters: Mapping[str, str],
        attribute: Callable[[str, str], str],
        outside: Outside = lambda _name, _arguments: None,
    ) -> None:
        """Know what expressions refer to.

        :param pseudo: pseudo parameters, such as `AWS::Region`.
        :param parameters: those of the stack that are known. Otherwise the default of the template counts.
        :param attribute: the attribute of a resource, by logical id; "" is what `Ref` means.
        :param outside: the values of other stacks.
        """
        self._template = template
        self._known = {**_defaults(template), **parameters, **pseudo}
        self._attribute = attribute
        self._outside = outside
        self._conditions: dict[str, bool | None] = {}
        self._level = 0
        self._steps = 0

    def resolved(self, value: Any) -> Any:
        """A value without intrinsic functions. Scalars are strings, as CloudFormation sends them."""
        found = self._of(value)
        return "" if found is _ABSENT else found

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template is true. One that cannot be told counts as true."""
        return self._named(condition) is not False

    def truth(self, condition: str) -> bool | str:
        """Whether a condition of the template is true, or a placeholder if that cannot be told."""
        found = self._named(condition)
        return self._told(condition) if found is None else found

    def _of(self, value: Any) -> Any:
        self._level += 1
        self._steps += 1
        try:
            if self._level > _MOST_LEVELS or self._steps > _MOST_STEPS:
                return placeholder("too deep")
            return self._resolved(value)
        finally:
            self._level -= 1

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            if len(value) == 1:
                ((name, argument),) = value.items()
                if name == "Ref" or name.startswith("Fn::"):
                    return self._function(str(name), argument)
                if name == "Condition" and isinstance(argument, str):
                    return self._told(argument)
            members = {name: self._of(each) for name, each in value.items()}
            return {name: each for name, each in members.items() if each is not _ABSENT}
        if isinstance(value, list):
            return [found for each in value if (found := self._of(each)) is not _ABSENT]
        if isinstance(value, bool):
            return "true" if value else "false"
        return _ABSENT if value is None else str(value)

    def _function(self, name: str, argument: Any) -> Any:
        known = getattr(self, _FUNCTIONS.get(name, ""), None)
        try:
            if known is not None:
                return known(argument)
        except _MALFORMED:
            # Also a part of a value that is not known.
            return placeholder(name, self.resolved(argument))
        arguments = self.resolved(argument)
        found = self._outside(name, arguments)
        return placeholder(name, arguments) if found is None else found

    def _ref(self, name: Any) -> Any:
        if name == "AWS::NoValue":
            return _ABSENT
        if name in self._known:
            return self._known[name]
        if name in self._template.get("Resources", {}):
            return self._attribute(name, "")
        return placeholder("Ref", name)

    def _get_att(self, argument: Any) -> Any:
        parts = argument.split(".", 1) if isinstance(argument, str) else [argument[0], self._of(argument[1])]
        return self._attribute(str(parts[0]), str(parts[1]))

    def _join(self, argument: Any) -> Any:
        separator, parts = argument
        found = self._of(parts)
        if not isinstance(found, list):
            return placeholder("Fn::Join", separator, found)
        return str(separator).join(str(each) for each in found)

    def _sub(self, argument: Any) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument
        values = self._of(given)

        def replaced(match: re.Match[str]) -> str:
            is_literal, name = match.groups()
            if is_literal:
                return f"${{{name}}}"
            if name in values:
                return str(values[name])
            return str(self.resolved({"Fn::GetAtt": name} if "." in name else {"Ref": name}))

        return _IN_SUB.sub(replaced, text)

    def _split(self, argument: Any) -> Any:
        separator, text = argument
        return str(self.resolved(text)).split(separator)

    def _select(self, argument: Any) -> Any:
        index, items = argument
        found = self._of(items)
        if not isinstance(found, list):
            return placeholder("Fn::Select", index, found)
        return found[int(self._of(index))]

    def _find_in_map(self, argument: Any) -> Any:
        found = self._template["Mappings"]
        keys = [self._of(key) for key in argument[:3]]
        try:
            for key in keys:
                found = found[key]
        except KeyError:
            if not is_known(keys):
                return placeholder("Fn::FindInMap", keys, self._template["Mappings"].get(keys[0]))
            found = argument[3]["DefaultValue"]
        return self._of(found)

    def _if(self, argument: Any) -> Any:
        condition, *branches = argument
        truth = self.truth(condition)
        if isinstance(truth, bool):
            return self._of(branches[0 if truth else 1])
        then, otherwise = (self._of(each) for each in branches)
        texts = [each for each in (then, otherwise) if isinstance(each, str)]
        if len(texts) == len(branches) and then != otherwise:
            return placeholder("Fn::If", truth, then, otherwise)
        return otherwise if then is _ABSENT else then

    def _named(self, condition: str) -> bool | None:
        """Whether a condition of the template is true. None if it cannot be told, as in a cycle."""
        if condition not in self._conditions:
            self._conditions[condition] = None
            with suppress(*_MALFORMED, RecursionError):
                self._conditions[condition] = self._truth(self._template["Conditions"][condition])
        return self._conditions[condition]

    def _told(self, condition: str) -> str:
        """What stands for a condition that cannot be told."""
        return placeholder("Condition", self.resolved((self._template.get("Conditions") or {}).get(condition)))

    def _truth(self, value: Any) -> bool | None:
        ((name, argument),) = value.items()
        if name == "Condition":
            return self._named(argument)
        if name == "Fn::Equals":
            first, second = (self.resolved(each) for each in argument)
            return True if first == second else False if is_known(first) and is_known(second) else None
        found = [self._truth(each) for each in argument]
        if name == "Fn::Not":
            return None if None in found else not found[0]
        # One that is true decides on "or", one that is false on "and".
        decides = {"Fn::Or": True, "Fn::And": False}[name]
        return decides if decides in found else None if None in found else not decides


_FUNCTIONS: Final = {
    "Ref": "_ref",
    "Fn::GetAtt": "_get_att",
    "Fn::Join": "_join",
    "Fn::Sub": "_sub",
    "Fn::Split": "_split",
    "Fn::Select": "_select",
    "Fn::FindInMap": "_find_in_map",
    "Fn::If": "_if",
}


def _defaults(template: Mapping[str, Any]) -> dict[str, str]:
    """The parameters that have a default. That of an SSM parameter is the name of a value, which is not known."""
    return {
        name: str(each["Default"])
        for name, each in template.get("Parameters", {}).items()
        if "Default" in each and not str(each.get("Type", "")).startswith("AWS::SSM::")
    }
