"""Buckets that are too new to be known everywhere: their first jobs fail although all rights are there."""

from __future__ import annotations

from threading import Lock

from bedrock_batch_local.engine.quirks import Quirks


class YoungBuckets:
    """How often each bucket still answers as if it were not known. Used by many threads."""

    def __init__(self, quirks: Quirks) -> None:
        self._failures = quirks.young_bucket_failures
        self._failed: dict[str, int] = {}
        self._lock = Lock()

    def fails(self, bucket: str) -> bool:
        """Whether this look at a bucket fails; each call is one look."""
        with self._lock:
            failed = self._failed.get(bucket, 0)
            self._failed[bucket] = failed + 1
            return failed < self._failures
