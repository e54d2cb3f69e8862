"""Parquet, with pyarrow and without it."""

import importlib
import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import pytest
from batch.cli.made import answer, error, job, results

from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.writers import parquet

_ROOT: Final = Path(__file__).parents[3]


def test_it_says_which_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Failure, match=r"^pyarrow is not installed; install cdk-bedrock-batch\[parquet\]$") as caught:
        parquet.check()
    assert caught.value.code == Exit.USAGE


@pytest.fixture
def pyarrow_parquet(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package, which is kept in pytest's cache: it is as large as all others together."""
    cache = pytestconfig.cache
    assert cache is not None
    kept = cache.mkdir("pyarrow")
    package = kept / "site"
    if not package.exists():
        fresh = tempfile.mkdtemp(dir=kept)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--require-hashes"]
        subprocess.run([*pip, "--target", fresh, "-r", _ROOT / "requirements-parquet.txt"], check=True)
        Path(fresh).rename(package)
    monkeypatch.syspath_prepend(str(package))
    return importlib.import_module("pyarrow.parquet")


@pytest.mark.soak  # it asks a package registry, once for each checkout
def test_it_has_the_same_table(pyarrow_parquet: Any) -> None:
    file = io.BytesIO()
    with results(answer("half \ud83d of it"), error(400, "no"), columns=[{"n": 1}]) as found:
        parquet.write(found, job(), file)
    rows = pyarrow_parquet.read_table(file).to_pylist()

    assert [(row["recordId"], row["outcome"], row["inputTokens"], row["errorCode"], row["n"]) for row in rows] == [
        ("r0", "success", 7, None, "1"),
        ("r1", "error", None, 400, None),
    ]
