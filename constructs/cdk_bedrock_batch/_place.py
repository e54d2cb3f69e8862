"""Where the prompts and answers of a job lie in the buckets of its storage: a folder for each stack, and one for each
job in it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from aws_cdk import Stack

from cdk_bedrock_batch._options import clean_name

if TYPE_CHECKING:
    from constructs import IConstruct

_SUFFIX: Final = ".jsonl"
_UNSAFE: Final = re.compile(r"[^-!_'().a-z0-9A-Z]+")
_LONGEST_STEM: Final = 100
_LONGEST_NAME: Final = 60


def stack_folder(scope: IConstruct) -> str:
    """The folder of the stack that `scope` is in, with a final slash."""
    return _folder(Stack.of(scope))


def job_folder(job: IConstruct) -> str:
    """The folder of a job, with a final slash. It is the same whatever role the job has."""
    return stack_folder(job) + _folder(job)


def object_name(file_name: str) -> str:
    """The name of a file's copy: what `s3Uri` must not hold is replaced, so that a person knows the name again.

    Batch inference reads what ends with `.jsonl`, whatever the file itself ends with.
    """
    stem = file_name[: -len(_SUFFIX)] if file_name.lower().endswith(_SUFFIX) else file_name
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "replace").decode().replace("?", "_")
    safe = _UNSAFE.sub("_", plain)[:_LONGEST_STEM]
    return (safe if safe.strip("._") else "records") + _SUFFIX


def _folder(construct: IConstruct) -> str:
    # The address of a construct is one of its own in an app, whatever its name.
    return f"{clean_name(construct.node.id)[:_LONGEST_NAME]}-{construct.node.addr[-8:]}/"
