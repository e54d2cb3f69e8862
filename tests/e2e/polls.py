"""The CDK CLI on an embedded AWS, where a stack takes a second: it looks more often than usual whether it is done."""

from collections.abc import Mapping
from pathlib import Path

_SCRIPT = Path(__file__).with_name("quick_polls.js")


def quick(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a CLI that polls every 0.2 s; all else of it is as its users run it."""
    options = f'{environment.get("NODE_OPTIONS", "")} --require="{_SCRIPT}"'
    return {**environment, "NODE_OPTIONS": options.strip()}
