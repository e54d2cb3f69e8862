"""Places in S3: what lies there, and how it is emptied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_A_CALL = 1000


def output_folder(job: Mapping[str, Any]) -> tuple[str, str]:
    """Bucket and folder of a job's answers."""
    uri = str(job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, f"{key.rstrip('/')}/{job['jobArn'].rpartition('/')[2]}/".lstrip("/")


def objects_under(s3: Any, bucket: str, prefix: str) -> list[str]:
    """The keys under a prefix."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [entry["Key"] for page in pages for entry in page.get("Contents", ())]


def purge(s3: Any, bucket: str, prefix: str = "") -> None:
    """Delete every version of every object under a prefix.

    :raises RuntimeError: S3 did not delete one of them.

    """
    versions = list(_versions(s3, bucket, prefix))
    for start in range(0, len(versions), _A_CALL):
        objects = versions[start : start + _A_CALL]
        for error in s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True}).get("Errors", ()):
            raise RuntimeError(f"s3://{bucket}/{error.get('Key')} was not deleted: {error.get('Code')}")


def _versions(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, str]]:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for entry in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
            yield {"Key": entry["Key"], "VersionId": entry["VersionId"]}
