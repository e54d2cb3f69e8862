"""How much of a stack's template its jobs take, with their alarms."""

from __future__ import annotations

from bedrock_batch import limits


class TemplateRoom:
    """The count of what the jobs of a stack take of its template."""

    def __init__(self) -> None:
        """Start with no jobs."""
        self._resources = self._bytes = 0

    @property
    def taken_bytes(self) -> int:
        """Bytes of all jobs up to now, without indentation."""
        return self._bytes

    def take(self, *, resources: int, size: int, more: str = "one more") -> None:
        """Count one more job, or what belongs to one.

        :param size: bytes, without indentation.
        :param more: what it is, for the error.
        :raises ValueError: there is no room for it.
        """
        self._resources += resources
        self._bytes += size
        for taken, most, whole, what in (
            (self._resources, limits.RESOURCES_OF_ALL_JOBS, limits.STACK_RESOURCES, "resources"),
            (self._bytes, limits.BYTES_OF_ALL_JOBS, limits.TEMPLATE_BYTES, "bytes"),
        ):
            if taken > most:
                raise ValueError(
                    f"the jobs of one stack may take {most:,} of the {whole:,} {what} of its template, and with {more} "
                    f"would take {taken:,}; put some of the jobs into another stack, or let them share a "
                    "BatchServiceRole"
                )
