"""Checks of single values. They run for every record, so each takes the shortest way to say that nothing is wrong."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from bedrock_batch.families.fault import NONE, Fault

Check = Callable[[str, Any], Sequence[Fault]]
"""What is wrong with the value of a member, which is given with its path."""

_NUMBERS: Final = (float, int)
_SHARE: Final = "must be a number from 0 to 1"


def given(body: Mapping[str, Any], member: str) -> bool:
    """Whether a body has a member. null stands for one that is left out, in each rule over several members."""
    return body.get(member) is not None


def whole_number(path: str, value: Any) -> Sequence[Fault]:
    """A count above zero."""
    return NONE if type(value) is int and value > 0 else (Fault(path, "must be a whole number above zero"),)


def count(path: str, value: Any) -> Sequence[Fault]:
    """A count, zero included."""
    return NONE if type(value) is int and value >= 0 else (Fault(path, "must be a whole number, zero or more"),)


def share(path: str, value: Any) -> Sequence[Fault]:
    """A number from 0 to 1."""
    kind = type(value)
    return NONE if (kind is float or kind is int) and 0 <= value <= 1 else (Fault(path, _SHARE),)


def number(path: str, value: Any) -> Sequence[Fault]:
    """A number of any size."""
    return NONE if type(value) in _NUMBERS else (Fault(path, "must be a number"),)


def flag(path: str, value: Any) -> Sequence[Fault]:
    """A boolean."""
    return NONE if isinstance(value, bool) else (Fault(path, "must be true or false"),)


def text(path: str, value: Any) -> Sequence[Fault]:
    """A string that is not empty."""
    return NONE if isinstance(value, str) and value else (Fault(path, "must be a string that is not empty"),)


def texts(path: str, value: Any) -> Sequence[Fault]:
    """A list of strings."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return NONE
    return (Fault(path, "must be a list of strings"),)


def text_or_texts(path: str, value: Any) -> Sequence[Fault]:
    """A string, or a list of strings."""
    if isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value)):
        return NONE
    return (Fault(path, "must be a string, or a list of strings"),)


def objects(path: str, value: Any) -> Sequence[Fault]:
    """A list of objects with any members."""
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return NONE
    return (Fault(path, "must be a list of objects"),)


def an_object(path: str, value: Any) -> Sequence[Fault]:
    """An object with any members."""
    return NONE if isinstance(value, dict) else (Fault(path, "must be an object"),)


def at_least(least: int) -> Check:
    """A whole number from `least` on."""
    fault = f"must be a whole number, {least:,} or more"

    def check(path: str, value: Any) -> Sequence[Fault]:
        return NONE if type(value) is int and value >= least else (Fault(path, fault),)

    return check


def text_up_to(length: int) -> Check:
    """A string of 1 to `length` characters."""

    def check(path: str, value: Any) -> Sequence[Fault]:
        if isinstance(value, str) and 0 < len(value) <= length:
            return NONE
        if isinstance(value, str) and value:
            return (Fault(path, f"may have {length:,} characters at most"),)
        return text(path, value)

    return check


def one_of(*words: str) -> Check:
    """One of these strings."""
    fault = f"must be one of {', '.join(words)}"

    def check(path: str, value: Any) -> Sequence[Fault]:
        # A tuple: what JSON holds is not always hashable.
        return NONE if value in words else (Fault(path, fault),)

    return check


def some_of(*words: str) -> Check:
    """A list of these strings that is not empty."""
    fault = f"must be a list of {', '.join(words)}"

    def check(path: str, value: Any) -> Sequence[Fault]:
        if isinstance(value, list) and value and all(each in words for each in value):
            return NONE
        return (Fault(path, fault),)

    return check


def size_of(sizes: Collection[int]) -> Check:
    """One of the sizes of vectors that the model has."""
    fault = f"must be one of {', '.join(map(str, sorted(sizes)))}, the sizes that the model has"

    def check(path: str, value: Any) -> Sequence[Fault]:
        return NONE if type(value) is int and value in sizes else (Fault(path, fault),)

    return check


def structure(checks: Mapping[str, Check], *, required: tuple[str, ...] = ()) -> Check:
    """An object with these members. Other ones are doubtful; null stands for a member that is left out."""

    def check(path: str, value: Any) -> Sequence[Fault]:
        if not isinstance(value, dict):
            return (Fault(path, "must be an object"),)
        found: list[Fault] = []
        for name in required:
            if value.get(name) is None:
                found.append(Fault(f"{path}.{name}", "required"))
        for name, each in value.items():
            inner = checks.get(name)
            if each is None:
                continue
            if inner is None:
                found.append(Fault(f"{path}.{name}", "not a member that is known here", True))
            # The path is written only where it is needed.
            elif faults := inner("", each):
                found += [Fault(f"{path}.{name}{fault.member}", fault.reason, fault.is_doubtful) for fault in faults]
        return found

    return check
