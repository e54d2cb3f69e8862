"""The public interface as its signatures tell it, so that a test about all of it forgets nothing."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import aws_cdk

import cdk_bedrock_batch

PUBLIC: dict[str, Any] = {name: getattr(cdk_bedrock_batch, name) for name in cdk_bedrock_batch.__all__}
CLASSES = [
    thing
    for thing in PUBLIC.values()
    # A protocol only says what others do.
    if inspect.isclass(thing) and not issubclass(thing, enum.Enum) and not getattr(thing, "_is_protocol", False)
]


def callables() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The public functions, and each class's constructor and public methods."""
    for name, thing in PUBLIC.items():
        if inspect.isfunction(thing):
            yield name, thing
    for owner in CLASSES:
        # What a dataclass generates takes what the library itself puts in.
        makes_something = owner.__init__ is not object.__init__
        if makes_something and not dataclasses.is_dataclass(owner) and not inspect.isabstract(owner):
            yield owner.__name__, owner.__init__
        for name, member in inspect.getmembers(owner):
            if not name.startswith("_") and getattr(member, "__module__", "").startswith("cdk_bedrock_batch"):
                yield f"{owner.__name__}.{name}", member


def parameters_of(function: Callable[..., Any]) -> Iterator[inspect.Parameter]:
    """The parameters of a function; for `**options: Unpack[Options]` each option."""
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD:
            yield parameter
            continue
        options = re.fullmatch(r"Unpack\[(\w+)\]", str(parameter.annotation))
        assert options is not None, f"{function} takes anything"
        members = getattr(sys.modules[function.__module__], options[1]).__annotations__
        for name, annotation in members.items():
            yield parameter.replace(
                name=name, kind=inspect.Parameter.KEYWORD_ONLY, annotation=annotation.__forward_arg__
            )


def parameters(matching: str) -> set[str]:
    """`callable(parameter)` for each parameter whose annotation has a word."""
    return {
        f"{name}({parameter.name})"
        for name, function in callables()
        for parameter in parameters_of(function)
        if re.search(rf"\b{matching}\b", str(parameter.annotation))
    }


def enums() -> dict[str, type[enum.Enum]]:
    """The enums that the library's signatures may name."""
    named = {**vars(aws_cdk), **PUBLIC}
    return {name: thing for name, thing in named.items() if inspect.isclass(thing) and issubclass(thing, enum.Enum)}
