"""Where the records and the output of a job lie in the buckets of its storage.

A folder for each stack, and one for each job in it. A folder's name ends with a slash.
"""

import hashlib
import re
import unicodedata
from typing import Final

from bedrock_batch.limits import INPUT_SUFFIX

_UNREADABLE: Final = re.compile(r"[^a-zA-Z0-9]+")
_UNSAFE: Final = re.compile(r"[^-!_'().a-z0-9A-Z]+")
_LONGEST_STEM: Final = 100
_LONGEST_NAME: Final = 60


def stack_folder(stack_name: str, path_below: str = "") -> str:
    """The folder of a stack: its name, which no other stack has.

    A nested stack has no name before it is deployed, so it has that of the stack around it and its own path below that
    one, such as `/Nested`.
    """
    if not path_below and len(stack_name) <= _LONGEST_NAME:
        return f"{stack_name}/"
    return _folder(stack_name, stack_name + path_below)


def job_folder(in_stack: str, construct_id: str, path_below: str) -> str:
    """The folder of a job in the folder of its stack, by its construct id and its path below the stack, such as `/Job`.

    Neither its role nor what its stack is part of changes it.
    """
    return in_stack + _folder(construct_id, path_below)


def object_name(file_name: str) -> str:
    """The name of a file's copy: what `s3Uri` must not hold is replaced, so that a person knows the name again.

    Batch inference reads what ends with `.jsonl`, whatever the file itself ends with.
    """
    stem = file_name[: -len(INPUT_SUFFIX)] if file_name.lower().endswith(INPUT_SUFFIX) else file_name
    # Of a letter with an accent the letter stays.
    plain = "".join(each for each in unicodedata.normalize("NFKD", stem) if not unicodedata.combining(each))
    safe = _UNSAFE.sub("_", plain)[:_LONGEST_STEM]
    return (safe if safe.strip("._") else "records") + INPUT_SUFFIX


def _folder(name: str, path: str) -> str:
    readable = _UNREADABLE.sub("-", name).strip("-")[:_LONGEST_NAME]
    return f"{readable or 'x'}-{hashlib.sha256(path.encode()).hexdigest()[:8]}/"
