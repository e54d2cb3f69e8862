"""What the files of a folder say of its storage, as options of `BatchStorage`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Duration, RemovalPolicy

from cdk_bedrock_batch.files.imports import Imports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import Stack

    from cdk_bedrock_batch.files.table_reader import Given

_BUCKETS: Final = ("input_bucket", "output_bucket", "access_log_bucket")
_KEYS: Final = ("key", "input_key", "output_key")
_RETENTIONS: Final = ("input_retention", "output_retention", "access_log_retention")
_AS_THEY_ARE: Final = ("input_bucket_owner", "output_bucket_owner", "use_bucket_default_encryption")


def storage_options(stack: Stack, given: Mapping[str, Given], removal_policy: RemovalPolicy) -> dict[str, Any]:
    """The options of `BatchStorage`.

    :param removal_policy: if the files say none.
    """
    imports = Imports.of(stack)
    values = {name: each.plain for name, each in given.items()}
    made: dict[str, Any] = {name: values[name] for name in _AS_THEY_ARE if name in values}
    made |= {name: imports.bucket(values[name]) for name in _BUCKETS if name in values}
    made |= {name: imports.key(values[name]) for name in _KEYS if name in values}
    made |= {name: Duration.days(values[f"{name}_days"]) for name in _RETENTIONS if f"{name}_days" in values}
    if "removal_policy" in values:
        removal_policy = RemovalPolicy.DESTROY if values["removal_policy"] == "destroy" else RemovalPolicy.RETAIN
    return {**made, "removal_policy": removal_policy}
