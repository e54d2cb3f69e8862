"""Where the prompts and answers of a job lie in the buckets of its storage: a folder for each stack, and one for each
job in it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from aws_cdk import Stack, Token

if TYPE_CHECKING:
    from constructs import IConstruct

_UNREADABLE: Final = re.compile(r"[^a-zA-Z0-9]+")
_SUFFIX: Final = ".jsonl"
_UNSAFE: Final = re.compile(r"[^-!_'().a-z0-9A-Z]+")
_LONGEST_STEM: Final = 100
_LONGEST_NAME: Final = 60


def stack_folder(scope: IConstruct) -> str:
    """The folder of the stack that `scope` is in, with a final slash: its name, which no other stack has.

    A nested stack has no name before it is deployed, so it has that of its parent and its own path below it.
    """
    stack = named = Stack.of(scope)
    while Token.is_unresolved(named.stack_name) and named.nested_stack_parent is not None:
        named = named.nested_stack_parent
    if named is stack and len(stack.stack_name) <= _LONGEST_NAME:
        return f"{stack.stack_name}/"
    return _folder(named.stack_name, named.stack_name + _path_below(named, stack))


def job_folder(job: IConstruct) -> str:
    """The folder of a job, with a final slash. Neither its role nor what its stack is part of changes it."""
    return stack_folder(job) + _folder(job.node.id, _path_below(Stack.of(job), job))


def object_name(file_name: str) -> str:
    """The name of a file's copy: what `s3Uri` must not hold is replaced, so that a person knows the name again.

    Batch inference reads what ends with `.jsonl`, whatever the file itself ends with.
    """
    stem = file_name[: -len(_SUFFIX)] if file_name.lower().endswith(_SUFFIX) else file_name
    # Of a letter with an accent the letter stays.
    plain = "".join(each for each in unicodedata.normalize("NFKD", stem) if not unicodedata.combining(each))
    safe = _UNSAFE.sub("_", plain)[:_LONGEST_STEM]
    return (safe if safe.strip("._") else "records") + _SUFFIX


def _path_below(stack: Stack, construct: IConstruct) -> str:
    return construct.node.path[len(stack.node.path) :]


def _folder(name: str, path: str) -> str:
    readable = _UNREADABLE.sub("-", name).strip("-")[:_LONGEST_NAME]
    return f"{readable or 'x'}-{hashlib.sha256(path.encode()).hexdigest()[:8]}/"
