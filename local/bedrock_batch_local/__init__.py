"""The embedded AWS: MiniStack on loopback, with a faithful Bedrock batch inference service in front of it.

``BatchEngine`` and ``InProcessClient`` are the batch service without a network. ``EmbeddedAws`` is the whole server as
a child process, ``EmbeddedAccount`` one account of it, as the fixtures of ``pytest_plugin`` give it.
"""

from bedrock_batch_local.emulator import release

try:
    release.installed()

    from bedrock_batch.statuses import JobStatus
    from bedrock_batch_local.account import EmbeddedAccount
    from bedrock_batch_local.embedded import EmbeddedAws
    from bedrock_batch_local.engine.batch_engine import BatchEngine
    from bedrock_batch_local.engine.bill import Bill
    from bedrock_batch_local.engine.client import InProcessClient
    from bedrock_batch_local.engine.clock import ManualClock, ScaledClock
    from bedrock_batch_local.engine.faults import Outage
    from bedrock_batch_local.engine.pacing import Pacing
    from bedrock_batch_local.engine.quirks import Quirks
    from bedrock_batch_local.engine.scope import Scope
    from bedrock_batch_local.engine.workload import GivenWorkload
except ModuleNotFoundError as error:
    if error.name not in ("boto3", "botocore", "ministack"):
        raise
    raise ImportError(f"the embedded AWS needs the extra [local]: {release.HOW_TO_INSTALL}", name=__name__) from None

__all__ = [
    "BatchEngine",
    "Bill",
    "EmbeddedAccount",
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
