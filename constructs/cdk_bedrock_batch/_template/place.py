"""Where the prompts and answers of a job lie in the buckets of its storage: a folder for each stack, and one for each
job in it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from aws_cdk import Token

if TYPE_CHECKING:
    from cdk_bedrock_batch._template.stack_view import StackView

_UNREADABLE: Final = re.compile(r"[^a-zA-Z0-9]+")
_SUFFIX: Final = ".jsonl"
_UNSAFE: Final = re.compile(r"[^-!_'().a-z0-9A-Z]+")
_LONGEST_STEM: Final = 100
_LONGEST_NAME: Final = 60


@lru_cache
def stack_folder(view: StackView) -> str:
    """The folder of a stack, with a final slash: its name, which no other stack has.

    A nested stack has no name before it is deployed, so it has that of its parent and its own path below it.
    """
    named = view.stack
    while Token.is_unresolved(named.stack_name) and named.nested_stack_parent is not None:
        named = named.nested_stack_parent
    if named is view.stack and len(view.name) <= _LONGEST_NAME:
        return f"{view.name}/"
    return _folder(named.stack_name, named.stack_name + view.path[len(named.node.path) :])


def job_folder(view: StackView, path: str) -> str:
    """The folder of a job in its stack's, with a final slash. What the stack is part of does not change it.

    :param path: of the job in the construct tree.
    """
    return _folder(path.rpartition("/")[2], path[len(view.path) :])


def object_name(file_name: str) -> str:
    """The name of a file's copy: what `s3Uri` must not hold is replaced, so that a person knows the name again.

    Batch inference reads what ends with `.jsonl`, whatever the file itself ends with.
    """
    stem = file_name[: -len(_SUFFIX)] if file_name.lower().endswith(_SUFFIX) else file_name
    # Of a letter with an accent the letter stays.
    plain = "".join(each for each in unicodedata.normalize("NFKD", stem) if not unicodedata.combining(each))
    safe = _UNSAFE.sub("_", plain)[:_LONGEST_STEM]
    return (safe if safe.strip("._") else "records") + _SUFFIX


def _folder(name: str, path: str) -> str:
    readable = _UNREADABLE.sub("-", name).strip("-")[:_LONGEST_NAME]
    return f"{readable or 'x'}-{hashlib.sha256(path.encode()).hexdigest()[:8]}/"
