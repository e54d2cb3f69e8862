"""`check`: the records of files, before a job reads them."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from bedrock_batch.cli.failure import Exit
from bedrock_batch.cli.terminal import Terminal
from bedrock_batch.families import Family, family_of
from bedrock_batch.limits import MAXIMUM_RECORDS, MINIMUM_RECORDS
from bedrock_batch.records import read_records
from bedrock_batch.shared_ids import check_shared_ids


def run(options: Namespace, terminal: Terminal) -> Exit:
    """Check the files of one job, and show all that is wrong with them."""
    family = family_of(options.model_id or "", converse=options.converse)
    notes = []
    if options.model_id and family is None:
        notes.append(f"the family of {options.model_id} is not known: modelInput is not checked")
    files = [_checked(path, family, is_alone=len(options.files) == 1) for path in options.files]
    if not any(file["errors"] for file in files):
        _check_ids(files)
    records = sum(file["records"] or 0 for file in files)
    errors = [error for file in files for error in file["errors"]]
    if not errors and not MINIMUM_RECORDS <= records <= MAXIMUM_RECORDS:
        errors.append(f"a batch must have {MINIMUM_RECORDS} to {MAXIMUM_RECORDS:,} records, got {records:,}")
    for file in files:
        if not file["errors"]:
            terminal.show(f"{file['path']}: {file['records']:,} record{'' if file['records'] == 1 else 's'}")
    for text in (*notes, *(f"warning: {each}" for file in files for each in file["warnings"]), *errors):
        terminal.note(text)
    terminal.give({"files": files, "records": records, "errors": errors, "notes": notes})
    return Exit.NOT_GOOD if errors else Exit.GOOD


def _check_ids(files: list[dict[str, Any]]) -> None:
    names = [file["path"] for file in files]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        files[-1]["errors"] = [f"{name}: the file is there twice" for name in twice]
        return
    try:
        check_shared_ids((Path(name), name) for name in names)
    except ValueError as error:
        files[-1]["errors"] = str(error).splitlines()


def _checked(path: Path, family: Family | None, *, is_alone: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"path": str(path), "records": None, "sha256": None, "warnings": [], "errors": []}
    try:
        # Several files are one batch, of which each may be smaller than a batch must be.
        file = read_records(path, family=family, min_records=MINIMUM_RECORDS if is_alone else 1)
    except ValueError as error:
        return {**found, "errors": str(error).splitlines()}
    except OSError as error:
        return {**found, "errors": [f"{path}: cannot be read: {error.strerror}"]}
    return {**found, "records": file.records, "sha256": file.sha256, "warnings": list(file.warnings)}
