"""Checks arguments by their annotations. The error for a wrong type names the option."""

from __future__ import annotations

import builtins
import collections.abc
import importlib
import inspect
import pathlib
import sys
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache, wraps
from typing import Any, Final, ParamSpec, TypeVar

import aws_cdk
import constructs
from jsii._reference_map import InterfaceDynamicProxy

from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks.text import has_any_token

_P = ParamSpec("_P")
_R = TypeVar("_R")
_NOUNS: Final = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    types.NoneType: "None",
}


def checked(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Check the arguments before the function runs. The text of an enum member becomes the member.

    :raises ValueError: `<parameter> must be <what>, got <type>`; for an enum with all texts that it takes.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def checking(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            given = signature.bind_partial(*args, **kwargs)
        except TypeError:
            # Python tells it better: it names the function.
            return function(*args, **kwargs)
        for name, value in given.arguments.items():
            parameter = signature.parameters[name]
            annotation = parameter.annotation
            if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                _take_keywords(function, value, annotation)
                continue
            # This annotation is not evaluated: importing the module of its type can take seconds.
            if annotation is inspect.Parameter.empty or (value is None and "None" in annotation):
                continue
            expected = _evaluated(annotation)
            if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
                expected = types.GenericAlias(tuple, (expected, ...))
            given.arguments[name] = _taken(name, value, expected)
        return function(*given.args, **given.kwargs)

    return checking


def _take_keywords(function: Callable[..., Any], given: dict[str, object], annotation: str) -> None:
    """Check `**options: Unpack[Options]`. `Options` is a TypedDict in the module of the function."""
    of = vars(sys.modules[function.__module__])[annotation.removeprefix("Unpack[").removesuffix("]")]
    for name, value in given.items():
        if name not in of.__annotations__:
            raise TypeError(f"{function.__qualname__}() got an unexpected keyword argument {name!r}")
        member = of.__annotations__[name].__forward_arg__
        if value is not None or "None" not in member:
            given[name] = _taken(name, value, _evaluated(member))


def _taken(name: str, value: object, expected: Any) -> object:
    if isinstance(expected, type) and issubclass(expected, Enum):
        try:
            return expected(value)
        except ValueError:
            allowed = ", ".join(str(each.value) for each in expected)
            raise ValueError(f"{name} must be one of {allowed}, got {shown(value)}") from None
    if not _is(value, expected):
        raise ValueError(f"{name} must be {_noun(expected)}, got {_kind(value)}")
    return value


def _is(value: object, expected: Any) -> bool:
    origin, of = typing.get_origin(expected), typing.get_args(expected)
    if origin is types.UnionType:
        return any(_is(value, each) for each in of)
    if origin in (Sequence, tuple):
        return isinstance(value, Sequence) and not isinstance(value, str) and all(_is(each, of[0]) for each in value)
    if origin is Iterable:
        # An iterator can be read once only: its items are checked where they are read. The order of a set is another
        # one in each process.
        return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping | set | frozenset)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(_is(key, of[0]) and _is(item, of[1]) for key, item in value.items())
    if getattr(expected, "_is_protocol", False):
        # jsii's interfaces cannot be checked at runtime. A JavaScript object without a class of its own is accepted.
        # The names are looked up in the class, since reading a property is a call to the kernel.
        names = (name for name in dir(expected) if not name.startswith("_"))
        return isinstance(value, InterfaceDynamicProxy) or all(hasattr(type(value), name) for name in names)
    if expected is float:
        expected = int | float
    return isinstance(value, expected) and not (expected in (int, int | float) and isinstance(value, bool))


def _noun(expected: Any) -> str:
    origin, of = typing.get_origin(expected), typing.get_args(expected)
    if origin is types.UnionType:
        return " or ".join(_noun(each) for each in of if each is not types.NoneType)
    if origin in (Sequence, tuple, Iterable):
        return f"a list of {_plural(of[0])}"
    if origin is Mapping:
        return f"a mapping of {_plural(of[0])} to {_plural(of[1])}"
    name = expected.__name__
    return _NOUNS.get(expected) or f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"


def _plural(expected: Any) -> str:
    if typing.get_origin(expected) is Mapping:
        return "mappings"
    return {str: "strings", object: "values"}.get(expected) or f"{expected.__name__}s"


def _kind(value: object) -> str:
    name = type(value).__name__
    if isinstance(value, float) and has_any_token(str(value)):
        return "a token of CDK, whose value is known only at deployment"
    if isinstance(value, set | frozenset):
        return f"{name}, which has no order"
    if isinstance(value, Mapping):
        return f"{name} of {', '.join(sorted({type(each).__name__ for pair in value.items() for each in pair}))}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"{name} of {', '.join(sorted({type(each).__name__ for each in value}))}"
    return name


class _Names(dict[str, Any]):
    """The names in this library's annotations. A name is imported when it is first looked up."""

    def __missing__(self, name: str) -> Any:
        library = importlib.import_module(__name__.partition(".")[0])
        for module in (builtins, collections.abc, pathlib, aws_cdk, constructs, library):
            if name in getattr(module, "__all__", vars(module)):
                return getattr(module, name)
        return importlib.import_module(f"aws_cdk.aws_{name.removesuffix('_')}")


@cache
def _evaluated(annotation: str) -> Any:
    return eval(annotation, {}, _Names())  # noqa: S307 - an annotation of this library
