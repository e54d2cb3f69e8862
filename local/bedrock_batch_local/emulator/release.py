"""The supported release of MiniStack. This room uses private parts, which every release may change."""

from __future__ import annotations

from importlib import metadata

# As in pyproject.toml. A checkout that is not installed has no metadata to read it from.
PINNED = "1.5.33"
HOW_TO_INSTALL = "pip install '.[local]' in a clone, else 'cdk-bedrock-batch[local]'"


class WrongReleaseError(Exception):
    """The installed MiniStack is not the pinned one."""


def installed() -> str:
    """The installed release. ``ModuleNotFoundError`` if there is none. It does not import MiniStack."""
    return metadata.version("ministack")


def check() -> None:
    """``WrongReleaseError`` unless the pinned release is installed."""
    found = installed()
    if found != PINNED:
        raise WrongReleaseError(f"MiniStack must be {PINNED}, got {found}; install the extra [local]: {HOW_TO_INSTALL}")
