"""Pinned packages that only some tests need, each set in a folder of its own."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import pytest

_ROOT: Final = Path(__file__).parents[1]


def installed(config: pytest.Config, requirements: str) -> Path:
    """A folder with the packages of a file of requirements, which is kept in pytest's cache."""
    cache = config.cache
    assert cache is not None
    kept = cache.mkdir(Path(requirements).stem)
    folder = kept / "site"
    if not folder.exists():
        fresh = tempfile.mkdtemp(dir=kept)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--require-hashes"]
        subprocess.run([*pip, "--target", fresh, "-r", _ROOT / requirements], check=True)
        Path(fresh).rename(folder)
    return folder
