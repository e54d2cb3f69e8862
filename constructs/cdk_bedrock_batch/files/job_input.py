"""The input of a job file: where the records come from, or what they are built of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Size

from bedrock_batch.limits import MAXIMUM_RECORDS
from bedrock_batch.options import INPUT
from cdk_bedrock_batch._records import Asking, OpenAiBatch, Table, Template, Texts, UserPath, files_of
from cdk_bedrock_batch.files.folder import file_below, folder_below
from cdk_bedrock_batch.files.json_reader import load_json_object
from cdk_bedrock_batch.files.reasons import told_of
from cdk_bedrock_batch.input import JobInput, built

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cdk_bedrock_batch.files.faults import Faults
    from cdk_bedrock_batch.files.imports import Imports
    from cdk_bedrock_batch.files.table_reader import Given


def read_input(
    given: Given, near: Path, folder: Path, faults: Faults, *keys: str
) -> Callable[[Imports], JobInput] | None:
    """What makes the input of a job; None if it has a mistake, which is noted.

    :param near: the folder of the job file, from which paths start.
    :param folder: no file outside it is read.
    """
    members = given.value if isinstance(given.value, dict) else None
    before = len(faults)
    if members is None:
        found = _noted(partial(file_below, folder, near / given.value), given, faults, *keys)
        read: dict[str, Any] = {"file": found}
    else:
        read = {name: each.value for name, each in members.items()}
        for name, look in _LOOKS.items():
            if name in members:
                at = members[name]
                read[name] = _noted(partial(look, folder, near / at.value), at, faults, *keys, name)
        if "table" in members and "prompt" not in members:
            faults.add(given.place, *keys, "prompt", "missing, a table needs one")
        if "bucket" in members and len(members.keys() & {"key", "prefix"}) != 1:
            faults.add(given.place, *keys, 'must have exactly one of key and prefix; prefix: "" is the whole bucket')
    if len(faults) > before:
        return None
    if "bucket" in read:
        return partial(_in_bucket, read)
    make = partial(_MAKERS[next(kind for kind in _MAKERS if kind in read)], read)
    made = _noted(make, given, faults, *keys)
    return None if made is None else lambda _: made


def in_input(given: Given, reason: str) -> tuple[Any, ...]:
    """Where the value is of which an error text tells, the keys below the input, and the reason."""
    if not isinstance(given.value, dict):
        return given.place, reason
    found = told_of(reason, INPUT.members, given.value)
    if found is not None:
        wrong, name, rest = found
        return wrong.place, name, rest
    kind = next(each for each in INPUT.members.one_of if each in given.value)
    return given.value[kind].place, kind, reason


def _noted(make: Callable[[], Any], given: Given, faults: Faults, *keys: str) -> Any:
    try:
        return make()
    except ValueError as error:
        for line in str(error).split("\n"):
            place, *said = in_input(given, line)
            faults.add(place, *keys, *said)
        return None


def _folder_of_files(folder: Path, path: Path) -> Path:
    found = folder_below(folder, path)
    for each in files_of(UserPath.of(found)):
        file_below(folder, each.path)
    return found


_LOOKS: Final[Mapping[str, Callable[[Path, Path], Any]]] = {
    "file": file_below,
    "folder": _folder_of_files,
    "table": file_below,
    "openai_batch": file_below,
    "answer_schema": lambda folder, path: load_json_object(file_below(folder, path)),
}


def _asking(read: Mapping[str, Any]) -> Asking:
    return Asking.of(
        system=read.get("system"),
        max_tokens=read.get("max_tokens"),
        temperature=read.get("temperature"),
        answer_schema=read.get("answer_schema"),
        is_literal=True,
    )


def _most(read: Mapping[str, Any]) -> int:
    return int(read.get("max_records", MAXIMUM_RECORDS))


def _size(read: Mapping[str, Any]) -> Size | None:
    return Size.mebibytes(read["max_size_mib"]) if "max_size_mib" in read else None


def _of_table(read: Mapping[str, Any]) -> JobInput:
    template = Template.parse(read["prompt"])
    table = Table(UserPath.of(read["table"]), template, _asking(read), read.get("id_column"), _most(read))
    return built(table, _size(read))


# Texts of a job file are no texts of a program: what looks like a token of CDK in them is none.
_MAKERS: Final[Mapping[str, Callable[[Mapping[str, Any]], JobInput]]] = {
    "file": lambda read: JobInput.from_file(read["file"], max_records=_most(read), max_size=_size(read)),
    "folder": lambda read: JobInput.from_folder(read["folder"], max_records=_most(read), max_size=_size(read)),
    "texts": lambda read: built(Texts(read["texts"], _asking(read), _most(read)), _size(read)),
    "table": _of_table,
    "openai_batch": lambda read: built(OpenAiBatch(UserPath.of(read["openai_batch"]), _most(read)), _size(read)),
}


def _in_bucket(read: Mapping[str, Any], imports: Imports) -> JobInput:
    return JobInput.from_bucket(
        imports.bucket(read["bucket"]),
        key=read.get("key"),
        prefix=read.get("prefix"),
        digest=read.get("digest"),
        bucket_owner=read.get("bucket_owner"),
        encryption_key=imports.key(read.get("encryption_key")),
    )
