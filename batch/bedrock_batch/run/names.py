"""The names of jobs: `<prefix>-<part>-<key>-<attempt>`. The part stands for one resource of one stack.

The part is the first group of the GUID in the stack's id and the last 8 characters of the resource's logical id. So
the template can make it too. The key, 8 hexadecimal digits, stands for the run.
"""

import re
from typing import Final

LOGICAL_ID_LENGTH: Final = 8
KEY_LENGTH: Final = 8


def part_of(stack_id: str, logical_id: str) -> str:
    """The part of all job names of a resource, at most 16 characters."""
    # arn:aws:cloudformation:us-east-1:111122223333:stack/Name/0a1b2c3d-0000-1111-2222-333344445555
    guid = stack_id.rpartition("/")[2]
    return guid.partition("-")[0] + logical_id[-LOGICAL_ID_LENGTH:]


def tail_of(part: str, digest: str) -> str:
    """The common part of the job names of all attempts at a run, which its digest stands for."""
    return f"{part}-{digest[:KEY_LENGTH]}"


def name_of(prefix: str, tail: str, attempt: int) -> str:
    """The `jobName` of an attempt: at most 54 of 63 characters, with a prefix of 22 and up to 99,999 attempts."""
    return f"{prefix}-{tail}-{attempt}"


def attempt_in(name: str, tail: str) -> int | None:
    """The attempt at a run that a name stands for, with any prefix. `None` for other names."""
    match = re.fullmatch(rf".+-{re.escape(tail)}-([1-9][0-9]{{0,4}})", name)
    return int(match[1]) if match else None


def is_of_part(name: str, part: str) -> bool:
    """Whether a name has the form of a resource's job names."""
    return re.fullmatch(rf".+-{re.escape(part)}-[0-9a-f]{{{KEY_LENGTH}}}-[0-9]+", name) is not None
