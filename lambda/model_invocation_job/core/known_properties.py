"""The properties that this version of the handler knows."""

from collections.abc import Mapping
from typing import Any

from model_invocation_job.core.errors import InvalidPropertyError

_PROPERTIES = frozenset(
    {
        "ServiceToken",
        "ServiceTimeout",
        "Job",
        "JobNamePrefix",
        "RunId",
        "InputDigest",
        "InputRevision",
        "Gate",
        "GateSeconds",
        "OnRemoval",
    }
)
_JOB_MEMBERS = frozenset(
    {
        "modelId",
        "modelInvocationType",
        "roleArn",
        "inputDataConfig",
        "outputDataConfig",
        "timeoutDurationInHours",
        "vpcConfig",
        "tags",
    }
)


def check_known(properties: Mapping[str, Any]) -> None:
    """Refuse properties that this version does not know: what they ask for would be left undone without a word.

    Raises:
        InvalidPropertyError: the text names the first of them.
    """
    job = properties.get("Job")
    paths = [name for name in properties if name not in _PROPERTIES]
    paths += [f"Job.{name}" for name in (job if isinstance(job, Mapping) else ()) if name not in _JOB_MEMBERS]
    if paths:
        raise InvalidPropertyError(f"property {min(paths)[:100]} is not known to this version of the library")
