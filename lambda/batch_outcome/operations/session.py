"""What the handling of one event has at hand."""

from dataclasses import dataclass

from batch_outcome.core.own_stack import OwnStack
from batch_outcome.io.bus import Bus
from batch_outcome.io.clients import Clients
from batch_outcome.io.jobs import Jobs
from batch_outcome.io.metrics import Metrics
from batch_outcome.io.objects import Objects
from batch_outcome.io.time_left import TimeLeft


@dataclass(frozen=True)
class Session:
    """The collaborators of one invocation."""

    own: OwnStack
    jobs: Jobs
    objects: Objects
    bus: Bus
    metrics: Metrics
    left: TimeLeft

    @classmethod
    def of(cls, own: OwnStack, clients: Clients, left: TimeLeft) -> "Session":
        """The session with these clients."""
        return cls(
            own,
            Jobs(clients.bedrock),
            Objects(clients.s3),
            Bus(clients.events, left.sleep),
            Metrics(clients.cloudwatch),
            left,
        )
