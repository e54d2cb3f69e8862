"""How far a job must be before the deployment that declares it goes on."""

from enum import StrEnum


class JobGate(StrEnum):
    """What a deployment waits for. Never for the job's end, which takes up to seven days."""

    SUBMITTED = "SUBMITTED"
    """Amazon Bedrock has accepted the job."""
    VALIDATED = "VALIDATED"
    """Amazon Bedrock has checked rights, files and records as well, which takes minutes; a job that fails in that time
    fails the deployment with the service's own message. A job that fails for missing rights within 15 minutes of the
    beginning of the stack operation is tried once more, since a new role or bucket is not known everywhere at once."""
