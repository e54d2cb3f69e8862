"""The input as a job uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from constructs import IDependable

    from bedrock_batch.cost import InputSize
    from cdk_bedrock_batch._template import S3Location


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that `cdk deploy` uploads and the handler copies into the storage."""

    uploaded: S3Location
    name: str
    """Name of the copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundInput:
    """The input as a job uses it."""

    location: S3Location
    """The location that the job reads."""
    reads: S3Location
    """What the service role may read: the same for all runs of the job whose records are in the same place."""
    files: tuple[InputFile, ...] = ()
    records: int | None = None
    """Number of records; None if it is not known."""
    size: InputSize | None = None
    """From which the cost is estimated; None if it is not known."""
    digest: str | None = None
    """SHA-256 of the records of an uploaded file: the same records are the same input, wherever the file is. None: the
    location decides."""
    revision: str | None = None
    """The user's digest of records that are in a bucket. A new digest, like a new location, starts a new job."""
    columns: S3Location | None = None
    """The uploaded columns of the table that the records are built from. The handler copies them beside the output."""
    dependencies: tuple[IDependable, ...]

    @property
    def uploaded(self) -> S3Location | None:
        """The place to which the files are uploaded, if there are any."""
        return self.files[0].uploaded if self.files else None
