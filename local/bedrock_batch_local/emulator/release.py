"""Which release of MiniStack this room fits: it uses private parts, which any other release may have changed."""

from __future__ import annotations

from importlib import metadata

# The same as in pyproject.toml; a checkout that was never installed has no metadata to read it from.
PINNED = "1.5.33"
HOW_TO_INSTALL = "pip install '.[local]' in a clone, else 'cdk-bedrock-batch[local]'"


class WrongReleaseError(Exception):
    """Another MiniStack than the pinned one is installed."""


def installed() -> str:
    """The release that is installed; ``ModuleNotFoundError`` if there is none. Imports nothing of it."""
    return metadata.version("ministack")


def check() -> None:
    """``WrongReleaseError`` unless the pinned release is installed."""
    found = installed()
    if found != PINNED:
        raise WrongReleaseError(f"MiniStack must be {PINNED}, got {found}; install the extra [local]: {HOW_TO_INSTALL}")
