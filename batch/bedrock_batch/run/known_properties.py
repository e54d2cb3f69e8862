"""The properties that this version of the handler knows."""

from collections.abc import Iterator, Mapping
from typing import Any

from bedrock_batch.errors import InvalidPropertyError

# Each property with its allowed members, in a tuple if it is a list of objects. `None` if it has no members.
_Known = Mapping[str, "_Known | tuple[_Known] | None"]
_S3_INPUT: _Known = dict.fromkeys(("s3Uri", "s3InputFormat", "s3BucketOwner"))
_S3_OUTPUT: _Known = dict.fromkeys(("s3Uri", "s3EncryptionKeyId", "s3BucketOwner"))
_JOB: _Known = {
    "modelId": None,
    "modelInvocationType": None,
    "roleArn": None,
    "inputDataConfig": {"s3InputDataConfig": _S3_INPUT},
    "outputDataConfig": {"s3OutputDataConfig": _S3_OUTPUT},
    "timeoutDurationInHours": None,
    "vpcConfig": {"subnetIds": None, "securityGroupIds": None},
    "tags": ({"key": None, "value": None},),
}
_PROPERTIES: _Known = {
    "ServiceToken": None,
    "ServiceTimeout": None,
    "Job": _JOB,
    "JobNamePrefix": None,
    "RunId": None,
    "InputDigest": None,
    "InputRevision": None,
    "InputFiles": ({"Source": None, "Name": None},),
    "InputKey": None,
    "InputRecords": None,
    "InputColumns": None,
    "Gate": None,
    "GateSeconds": None,
    "OnRemoval": None,
    "Hold": None,
    "Outcome": dict.fromkeys(("MaxErrorRate", "MaxMissing", "Partial", "Notify")),
}


def check_known(properties: Mapping[str, Any]) -> None:
    """Refuse properties that this version does not know, since it would ignore them without a word.

    :raises InvalidPropertyError: the text names the first unknown property.
    """
    paths = list(_unknown(properties, _PROPERTIES, ""))
    if paths:
        raise InvalidPropertyError(f"property {min(paths)[:100]} is not known to this version of the library")


def _unknown(value: Any, known: _Known, path: str) -> Iterator[str]:
    for name, held in value.items() if isinstance(value, Mapping) else ():
        members = known.get(name)
        if name not in known:
            yield f"{path}{name}"
        elif isinstance(members, tuple):
            for index, item in enumerate(held if isinstance(held, list) else ()):
                yield from _unknown(item, members[0], f"{path}{name}[{index}].")
        elif members is not None:
            yield from _unknown(held, members, f"{path}{name}.")
