"""Where the records and the output of a job are in the buckets of its storage.

Each stack has a folder, in which each job has a folder. A folder's name ends with a slash.
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

    A nested stack has no name before it is deployed. It has the name of its parent stack and its own path in it, such
    as `/Nested`.
    """
    if not path_below and len(stack_name) <= _LONGEST_NAME:
        return f"{stack_name}/"
    return _folder(stack_name, stack_name + path_below)


def job_folder(in_stack: str, construct_id: str, path_below: str) -> str:
    """The folder of a job in the folder of its stack, from its construct id and its path in the stack, such as `/Job`.

    It does not depend on the job's role, nor on the parent of the stack.
    """
    return in_stack + _folder(construct_id, path_below)


def object_name(file_name: str) -> str:
    """The name of a file's copy. Characters that `s3Uri` does not allow are replaced, the rest stays readable.

    It ends with `.jsonl`, whatever the file's own extension is: batch inference reads no other files.
    """
    stem = file_name[: -len(INPUT_SUFFIX)] if file_name.lower().endswith(INPUT_SUFFIX) else file_name
    # The letter of an accented character is kept.
    plain = "".join(each for each in unicodedata.normalize("NFKD", stem) if not unicodedata.combining(each))
    safe = _UNSAFE.sub("_", plain)[:_LONGEST_STEM]
    return (safe if safe.strip("._") else "records") + INPUT_SUFFIX


def _folder(name: str, path: str) -> str:
    readable = _UNREADABLE.sub("-", name).strip("-")[:_LONGEST_NAME]
    return f"{readable or 'x'}-{hashlib.sha256(path.encode()).hexdigest()[:8]}/"
