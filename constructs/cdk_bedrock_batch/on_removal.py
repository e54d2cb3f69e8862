"""What becomes of a job that leaves its stack."""

from enum import StrEnum


class OnRemoval(StrEnum):
    """What happens to the job when its resource is deleted or its run is replaced by another."""

    STOP = "STOP"
    """It is stopped, and the deployment waits, bounded, until nothing writes any more."""
    LEAVE_RUNNING = "LEAVE_RUNNING"
    """The job keeps running, and is billed, to its own end; its service role stays for that. The same run declared
    again in the same stack takes the job back and starts no second one. A deployment that is rolled back still stops
    what it had started."""
