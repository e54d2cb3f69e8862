"""The key `input` of a job file: where the records come from, or what they are built of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bedrock_batch.limits import MAXIMUM_RECORDS
from bedrock_batch.texts import shown
from cdk_bedrock_batch._records import Asking, OpenAiBatch, Table, Template, Texts, UserPath, files_of
from cdk_bedrock_batch.files import values
from cdk_bedrock_batch.files.folder import file_below, folder_below
from cdk_bedrock_batch.files.json_reader import load_json_object
from cdk_bedrock_batch.input import JobInput, built

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cdk_bedrock_batch.files.yaml_reader import Value

_ASKING: Final = ("system", "max_tokens", "temperature", "answer_schema")
# The keys that say what the records are, each with the keys beside it.
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "file": (),
    "folder": (),
    "texts": _ASKING,
    "table": ("prompt", *_ASKING, "id_column"),
    "openai_batch": (),
}
_OF_ALL: Final = ("max_records",)


def read_input(value: Value, near: Path, folder: Path) -> JobInput:
    """The input that a job file declares: the path of a file of records, or a mapping.

    :param near: the folder of the job file, from which paths start.
    :param folder: no file outside it is read.
    :raises ValueError: the text has the key and the reason, and no text of a record.
    """
    if not isinstance(value, dict):
        return JobInput.from_file(file_below(folder, near / values.path(value)))
    kinds = [kind for kind in _KINDS if kind in value]
    if len(kinds) != 1:
        raise ValueError(f"must be a path, or have exactly one of the keys {', '.join(_KINDS)}")
    kind = kinds[0]
    allowed = (kind, *_KINDS[kind], *_OF_ALL)
    if unknown := sorted(value.keys() - set(allowed)):
        raise ValueError(f"{shown(unknown[0])}: unknown key, allowed beside {kind} are {', '.join(allowed[1:])}")
    place = _Place(near, folder)
    readers: Mapping[str, Callable[[Value], Any]] = {
        "file": place.file,
        "folder": place.folder_of_files,
        "texts": _texts,
        "table": place.file,
        "openai_batch": place.file,
        "prompt": values.prose,
        "system": values.prose,
        "max_tokens": partial(values.whole_number, unit="tokens"),
        "temperature": values.number,
        "answer_schema": place.schema,
        "id_column": values.prose,
        "max_records": partial(values.whole_number, unit="records"),
    }
    read: dict[str, Any] = {"max_records": MAXIMUM_RECORDS}
    for key, each in value.items():
        try:
            read[key] = readers[key](each)
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from None
    return _MAKERS[kind](read)


def _asking(read: Mapping[str, Any]) -> Asking:
    return Asking.of(
        system=read.get("system"),
        max_tokens=read.get("max_tokens"),
        temperature=read.get("temperature"),
        answer_schema=read.get("answer_schema"),
        is_literal=True,
    )


def _of_table(read: Mapping[str, Any]) -> JobInput:
    if "prompt" not in read:
        raise ValueError("prompt: missing")
    template = Template.parse(read["prompt"])
    return built(Table(UserPath.of(read["table"]), template, _asking(read), read.get("id_column"), read["max_records"]))


# Texts of a job file are no texts of a program: what looks like a token of CDK in them is none.
_MAKERS: Final[Mapping[str, Callable[[Mapping[str, Any]], JobInput]]] = {
    "file": lambda read: JobInput.from_file(read["file"], max_records=read["max_records"]),
    "folder": lambda read: JobInput.from_folder(read["folder"], max_records=read["max_records"]),
    "texts": lambda read: built(Texts(read["texts"], _asking(read), read["max_records"])),
    "table": _of_table,
    "openai_batch": lambda read: built(OpenAiBatch(UserPath.of(read["openai_batch"]), read["max_records"])),
}


def _texts(value: Value) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")  # noqa: TRY004 - a bad value
    for position, each in enumerate(value, 1):
        try:
            values.prose(each)
        except ValueError as error:
            raise ValueError(f"{position}: {error}") from None
    return tuple(str(each) for each in value)


class _Place:
    """Where the files of a job file are."""

    def __init__(self, near: Path, folder: Path) -> None:
        self._near = near
        self._folder = folder

    def file(self, value: Value) -> Path:
        return file_below(self._folder, self._near / values.path(value))

    def folder_of_files(self, value: Value) -> Path:
        found = folder_below(self._folder, self._near / values.path(value))
        for each in files_of(UserPath.of(found)):
            file_below(self._folder, each.path)
        return found

    def schema(self, value: Value) -> dict[str, Any]:
        return load_json_object(self.file(value))
