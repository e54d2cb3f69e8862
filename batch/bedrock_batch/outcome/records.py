"""How many records of a run have a result, as Bedrock or a manifest counts them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeGuard

from bedrock_batch.manifest import ManifestField


@dataclass(frozen=True)
class Records:
    """The counts of a run's records. They add up.

    `success`: the output has an answer. `error`: the output has an error. `missing`: without any output.
    """

    total: int
    success: int
    error: int
    missing: int

    @classmethod
    def of_counts(cls, counts: Mapping[str, Any]) -> Self | None:
        """The counts in a manifest or a response of Get. `None` if they are not all there, or do not add up."""
        total, success, error = (
            counts.get(member)
            for member in (ManifestField.TOTAL_RECORDS, ManifestField.SUCCESS_RECORDS, ManifestField.ERROR_RECORDS)
        )
        if not (is_count(total) and is_count(success) and is_count(error)):
            return None
        missing = total - success - error
        processed = counts.get(ManifestField.PROCESSED_RECORDS, success + error)
        if not total or missing < 0 or not is_count(processed) or processed != success + error:
            return None
        return cls(total, success, error, missing)

    @property
    def error_rate(self) -> float:
        """The part of the records that have an error, 0 to 1."""
        return self.error / self.total if self.total else 0.0

    def members(self) -> dict[str, int]:
        """The counts as a JSON object."""
        return {"total": self.total, "success": self.success, "error": self.error, "missing": self.missing}

    def told(self, without_output: str = "missing") -> str:
        """`120 records: 118 success, 2 error`. `without_output` is the word for records without any output."""
        counts = {"success": self.success, "error": self.error, without_output: self.missing}
        parts = [f"{count:,} {word}" for word, count in counts.items() if count]
        return of_records(self.total) + (f": {', '.join(parts)}" if parts else "")


def of_records(count: int) -> str:
    """`1 record`, `1,200 records`."""
    return f"{count:,} record{'' if count == 1 else 's'}"


def is_count(value: object) -> TypeGuard[int]:
    """Whether a value counts something."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
