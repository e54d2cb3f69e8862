"""Parquet, with pyarrow and without it."""

import importlib
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from batch.cli.made import answer, error, job, results
from pinned import installed

from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.writers import parquet
from bedrock_batch.results import Outcome, Row


def test_it_says_which_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Failure, match=r"^pyarrow is not installed; install cdk-bedrock-batch\[parquet\]$") as caught:
        parquet.check()
    assert caught.value.code == Exit.USAGE


@pytest.fixture
def pyarrow_parquet(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package, which is kept in pytest's cache: it is as large as all others together."""
    package = installed(pytestconfig, "requirements-parquet.txt")
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


@pytest.mark.soak  # as above
def test_numbers_and_names_that_parquet_does_not_have(pyarrow_parquet: Any) -> None:
    file = io.BytesIO()
    rows = [
        Row(record_id="a", outcome=Outcome.ERROR, error_code=10**20),
        Row(record_id="b", outcome=Outcome.ERROR, error_code=True),
        Row(record_id="c", outcome=Outcome.SUCCESS, input_tokens=2**63 - 1, columns={"n\ud83d": "x"}),
    ]
    found = Made(rows)
    parquet.write(found, job(), file)  # type: ignore[arg-type] # it has what is read
    read = pyarrow_parquet.read_table(file).to_pylist()

    assert [(row["errorCode"], row["inputTokens"], row["n\\ud83d"]) for row in read] == [
        (None, None, None),
        (None, None, None),
        (None, 2**63 - 1, "x"),
    ]
    assert found.notes == ("2 counts or codes are no integers of 64 bits, and empty in the Parquet file",)


@dataclass
class Made:
    """Rows that no job need have written."""

    rows: list[Row]
    notes: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ("n\ud83d",)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)
