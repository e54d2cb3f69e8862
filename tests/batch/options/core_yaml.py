"""YAML 1.2 with the core schema, as editors read it. PyYAML itself has YAML 1.1: `no` is false, `2026-11-26` a date."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

_TAG: Final = "tag:yaml.org,2002:"
# YAML 1.2.2, section 10.3.2.
_FORMS: Final = {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}


class _Loader(yaml.SafeLoader):
    pass


# Not those of YAML 1.1, which the class above has.
_Loader.yaml_implicit_resolvers = {}


def _mapping(loader: _Loader, node: Any) -> dict[str, Any]:
    """Every key is a text."""
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


def _int(_: _Loader, node: Any) -> int:
    return int(node.value) if node.value.lstrip("+-").isdecimal() else int(node.value, 0)


def _float(_: _Loader, node: Any) -> float:
    return float(re.sub(r"\.(inf|nan)", r"\1", node.value.lower()))


for _name, _form in _FORMS.items():
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(rf"(?:{_form})\Z"), None)
_Loader.add_constructor(f"{_TAG}map", _mapping)
_Loader.add_constructor(f"{_TAG}int", _int)
_Loader.add_constructor(f"{_TAG}float", _float)


def load(text: str) -> Any:
    """The value of a document."""
    return yaml.load(text, _Loader)  # noqa: S506 - a safe loader
