"""The embedded AWS: MiniStack on loopback behind a front that adds a faithful Bedrock batch inference service.

``BatchEngine`` and ``InProcessClient`` are the batch service without a network, ``EmbeddedAws`` is the whole server as
a child process.
"""

try:
    import ministack  # noqa: F401  (only to see whether it is there; the package itself reads no settings)

    from bedrock_batch_local.embedded import EmbeddedAws
    from bedrock_batch_local.engine.batch_engine import BatchEngine
    from bedrock_batch_local.engine.bill import Bill
    from bedrock_batch_local.engine.client import InProcessClient
    from bedrock_batch_local.engine.clock import ManualClock, ScaledClock
    from bedrock_batch_local.engine.faults import Outage
    from bedrock_batch_local.engine.pacing import Pacing
    from bedrock_batch_local.engine.quirks import Quirks
    from bedrock_batch_local.engine.scope import Scope
    from bedrock_batch_local.engine.statuses import JobStatus
    from bedrock_batch_local.engine.workload import GivenWorkload
except ModuleNotFoundError as error:
    if error.name not in ("boto3", "botocore", "ministack"):
        raise
    raise ImportError(
        "the embedded AWS needs the extra [local]: pip install '.[local]' in a clone, else 'cdk-bedrock-batch[local]'",
        name=__name__,
    ) from None

__all__ = [
    "BatchEngine",
    "Bill",
    "EmbeddedAws",
    "GivenWorkload",
    "InProcessClient",
    "JobStatus",
    "ManualClock",
    "Outage",
    "Pacing",
    "Quirks",
    "ScaledClock",
    "Scope",
]
