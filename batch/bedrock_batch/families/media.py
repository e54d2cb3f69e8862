"""Media that a request body names, where it does not hold them itself."""

from collections.abc import Mapping
from typing import Any


def names_media(body: Mapping[str, Any]) -> bool:
    """Whether a body names media in S3: a `source` with `s3Location` or `s3Uri`, wherever it stands.

    Such objects must lie in the folder of the input. Bytes inside the body do not count.
    """
    # Not a recursion: JSON can be nested deeper than Python calls.
    pending: list[Any] = [body]
    while pending:
        value = pending.pop()
        if type(value) is dict:
            source = value.get("source")
            if type(source) is dict and ("s3Location" in source or "s3Uri" in source):
                return True
            value = value.values()
        for each in value:
            kind = type(each)
            if kind is dict or kind is list:
                pending.append(each)
    return False
